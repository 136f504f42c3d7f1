/// Batch normalisation folded into the convolution before it, for inference:
/// w' = w gamma / sqrt(variance + eps), b' = (b - mean) gamma / sqrt(variance + eps) + beta.
struct FoldedWeights {
    let weights: [Float]
    let bias: [Float]
    /// PReLU's slopes, one per channel.
    let slope: [Float]

    /// Folds unit `name`; `channelAxis` is the axis of the weights that names the output channel.
    init(_ values: ParameterValues, unit name: String, channelAxis: Int) {
        let entry = values.layout.entry("\(name).conv.weight")
        let gamma = values["\(name).norm.weight"]
        let variance = values["\(name).norm.running_var"]
        let scale = zip(gamma, variance).map {
            Double($0) / (Double($1) + BatchNormPReLU.epsilon).squareRoot()
        }
        let inner = entry.shape[(channelAxis + 1)...].reduce(1, *)
        let channels = entry.shape[channelAxis]
        weights = values["\(name).conv.weight"].enumerated().map { index, value in
            Float(Double(value) * scale[index / inner % channels])
        }
        let bias = Array(values["\(name).conv.bias"])
        let mean = Array(values["\(name).norm.running_mean"])
        let beta = Array(values["\(name).norm.bias"])
        self.bias = (0..<channels).map { c in
            Float((Double(bias[c]) - Double(mean[c])) * scale[c] + Double(beta[c]))
        }
        let slopes = Array(values["\(name).act.weight"])
        slope = slopes.count == 1 ? Array(repeating: slopes[0], count: channels) : slopes
    }
}
