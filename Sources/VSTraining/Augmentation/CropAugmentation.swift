import Foundation

/// How crops are varied.
///
/// Amounts are the largest of a uniform draw unless said otherwise.
public struct CropAugmentation: Sendable, Hashable, Codable {
    /// Probability of a left-right mirror image.
    public var mirrorProbability = 0.5
    /// In-plane rotation, degrees either way.
    public var rotationDegrees = 10.0
    /// In-plane scale, a fraction either way: spacing and head size.
    public var inPlaneScale = 0.12
    /// Through-plane scale, a fraction either way: slice distance.
    public var throughPlaneScale = 0.12
    /// Gain, a fraction either way.
    public var gain = 0.2
    /// Offset in standard deviations of the image either way.
    public var offset = 0.2
    /// Gamma either way, in powers of two: 0.5 is 0.71 to 1.41.
    public var gamma = 0.4
    /// Noise, standard deviation in those of the image.
    public var noise = 0.12
    /// Probability of a slight in-plane blur.
    public var blurProbability = 0.15
    /// Strength of a smooth multiplicative field, a fraction either way across the crop.
    public var bias = 0.15

    /// The defaults.
    public init() {}

    /// No variation.
    public static let none: CropAugmentation = {
        var result = CropAugmentation()
        result.mirrorProbability = 0
        result.rotationDegrees = 0
        result.inPlaneScale = 0
        result.throughPlaneScale = 0
        result.gain = 0
        result.offset = 0
        result.gamma = 0
        result.noise = 0
        result.blurProbability = 0
        result.bias = 0
        return result
    }()
}
