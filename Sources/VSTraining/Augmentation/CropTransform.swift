import Foundation
package import VSNetwork

/// From a crop's voxels to a case's: a small rotation, scale and mirror about the crop's centre.
package struct CropTransform: Sendable {
    private let centre: SIMD3<Double>
    private let stepD: Double
    private let stepH: SIMD2<Double>
    private let stepW: SIMD2<Double>
    private let crop: WindowShape

    /// A draw around `centre` (d, h, w of the case).
    package init(
        centre: SIMD3<Double>, crop: WindowShape, augmentation: CropAugmentation,
        random: inout StepRandom
    ) {
        let turn = augmentation.rotationDegrees
        let angle = random.uniform(-turn...turn) * .pi / 180
        let inPlane = exp(random.uniform(-augmentation.inPlaneScale...augmentation.inPlaneScale))
        let through = augmentation.throughPlaneScale
        stepD = exp(random.uniform(-through...through))
        let mirror: Double = random.chance(augmentation.mirrorProbability) ? -1 : 1
        stepH = SIMD2(cos(angle), sin(angle)) * inPlane
        stepW = SIMD2(-sin(angle), cos(angle)) * inPlane * mirror
        self.centre = centre
        self.crop = crop
    }

    /// Fills a crop from a case: the image trilinear with its edges repeated, the truth trilinear and
    /// thresholded, zero outside.
    package func sample(
        _ source: PreparedCase, image: UnsafeMutableBufferPointer<Float>,
        truth: UnsafeMutableBufferPointer<Float>
    ) {
        let shape = source.shape
        var index = 0
        source.image.withUnsafeBufferPointer { voxels in
            source.truth.withUnsafeBufferPointer { labels in
                for d in 0..<crop.depth {
                    let z = centre.x + (Double(d) - Double(crop.depth - 1) / 2) * stepD
                    for h in 0..<crop.height {
                        let row = Double(h) - Double(crop.height - 1) / 2
                        let first = -Double(crop.width - 1) / 2
                        var place = SIMD2(centre.y, centre.z) + row * stepH + first * stepW
                        for _ in 0..<crop.width {
                            let point = LatticePoint(z, place.x, place.y, in: shape)
                            image[index] = point.value(voxels)
                            truth[index] =
                                point.isOutside ? 0 : (point.value(labels) >= 0.5 ? 1 : 0)
                            index += 1
                            place += stepW
                        }
                    }
                }
            }
        }
    }
}

/// The eight voxels around a point and their weights, clamped to the volume.
private struct LatticePoint {
    let isOutside: Bool
    private let base: Int
    private let stepD: Int
    private let stepH: Int
    private let stepW: Int
    private let fd: Float
    private let fh: Float
    private let fw: Float

    @inline(__always)
    init(_ d: Double, _ h: Double, _ w: Double, in shape: WindowShape) {
        isOutside =
            d < -0.5 || h < -0.5 || w < -0.5 || d > Double(shape.depth) - 0.5
            || h > Double(shape.height) - 0.5 || w > Double(shape.width) - 0.5
        let cd = min(max(d, 0), Double(shape.depth - 1))
        let ch = min(max(h, 0), Double(shape.height - 1))
        let cw = min(max(w, 0), Double(shape.width - 1))
        let (id, ih, iw) = (Int(cd), Int(ch), Int(cw))
        base = (id * shape.height + ih) * shape.width + iw
        stepD = id + 1 < shape.depth ? shape.height * shape.width : 0
        stepH = ih + 1 < shape.height ? shape.width : 0
        stepW = iw + 1 < shape.width ? 1 : 0
        fd = Float(cd - Double(id))
        fh = Float(ch - Double(ih))
        fw = Float(cw - Double(iw))
    }

    @inline(__always)
    func value(_ voxels: UnsafeBufferPointer<Float>) -> Float {
        interpolate { voxels[$0] }
    }

    @inline(__always)
    func value(_ labels: UnsafeBufferPointer<UInt8>) -> Float {
        interpolate { Float(labels[$0]) }
    }

    @inline(__always)
    private func interpolate(_ at: (Int) -> Float) -> Float {
        func row(_ start: Int) -> Float {
            let a = at(start)
            return a + fw * (at(start + stepW) - a)
        }
        func plane(_ start: Int) -> Float {
            let a = row(start)
            return a + fh * (row(start + stepH) - a)
        }
        let a = plane(base)
        return a + fd * (plane(base + stepD) - a)
    }
}
