package import VSNetwork

/// The exponential average of the weights over the last iterations.
///
/// With small batches the weights wander about a minimum; their average lies nearer to it than any
/// of them (Polyak and Juditsky, SIAM J. Control Optim. 1992; Tarvainen and Valpola, NeurIPS 2017).
/// The running statistics are averaged with the parameters they belong to.
package struct WeightAverage: Sendable {
    /// The average so far.
    package private(set) var values: ParameterValues
    /// Iterations taken.
    package private(set) var count: Int

    package init(values: ParameterValues, count: Int = 0) {
        self.values = values
        self.count = count
    }

    /// Takes the weights of one more iteration.
    ///
    /// Early on the average forgets faster, or the first weights would stay in it for long:
    /// decay min(d, (1 + n) / (10 + n)) after n iterations.
    package mutating func take(_ next: ParameterValues, decay: Double) {
        let n = Double(count)
        let share = Float(1 - min(decay, (1 + n) / (10 + n)))
        count += 1
        Self.move(&values.parameters, towards: next.parameters, by: share)
        Self.move(&values.statistics, towards: next.statistics, by: share)
    }

    private static func move(_ values: inout [Float], towards next: [Float], by share: Float) {
        values.withUnsafeMutableBufferPointer { values in
            next.withUnsafeBufferPointer { next in
                for index in values.indices {
                    values[index] += (next[index] - values[index]) * share
                }
            }
        }
    }
}
