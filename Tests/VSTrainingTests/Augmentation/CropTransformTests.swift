import Foundation
import Testing
import VSNetwork
import VSTraining

struct CropTransformTests {
    /// Voxels: trilinear interpolation of coordinates up to 30 in float32.
    static let tolerance = 1e-5

    /// A crop's image and truth.
    private static func sample(
        _ item: PreparedCase, centre: SIMD3<Double>, crop: WindowShape,
        augmentation: CropAugmentation = .none, seed: UInt64 = 1
    ) -> (image: [Float], truth: [Float]) {
        var random = StepRandom(seed: seed, step: 0)
        let transform = CropTransform(
            centre: centre, crop: crop, augmentation: augmentation, random: &random)
        var image = [Float](repeating: .nan, count: crop.count)
        var truth = image
        image.withUnsafeMutableBufferPointer { image in
            truth.withUnsafeMutableBufferPointer { transform.sample(item, image: image, truth: $0) }
        }
        return (image, truth)
    }

    /// The place in the case of each voxel of a crop, read from images of the coordinates: trilinear
    /// interpolation gives a linear image exactly.
    private static func places(
        centre: SIMD3<Double>, crop: WindowShape, augmentation: CropAugmentation, seed: UInt64
    ) -> [SIMD3<Double>] {
        let axes = (0..<3).map { axis in
            let item = preparedCase(20, 30, 30) { Float([$0, $1, $2][axis]) }
            return sample(
                item, centre: centre, crop: crop, augmentation: augmentation, seed: seed
            ).image
        }
        return (0..<crop.count).map {
            SIMD3(Double(axes[0][$0]), Double(axes[1][$0]), Double(axes[2][$0]))
        }
    }

    @Test("without variation a crop is the case's own voxels, image and truth")
    func identity() {
        let box = Box([3, 7, 8], size: [2, 3, 4])
        let item = preparedCase(9, 14, 17, tumour: box) { Float(($0 * 14 + $1) * 17 + $2) }
        // Odd and even sides: the centre lies on a voxel, or between two.
        let crop = WindowShape(depth: 4, height: 5, width: 6)
        let (image, truth) = Self.sample(item, centre: [4.5, 8, 9.5], crop: crop)
        var index = 0
        for d in 3..<7 {
            for h in 6..<11 {
                for w in 7..<13 {
                    #expect(image[index] == Float((d * 14 + h) * 17 + w))
                    #expect(truth[index] == (box.contains(d, h, w) ? 1 : 0))
                    index += 1
                }
            }
        }
    }

    @Test("between voxels the image is their mean, and a truth of one half counts")
    func halfVoxel() {
        let box = Box([1, 2, 3], size: [1, 1, 1])
        let item = preparedCase(3, 5, 8, tumour: box) { _, _, w in Float(w * w) }
        let crop = WindowShape(depth: 1, height: 1, width: 4)
        let (image, truth) = Self.sample(item, centre: [1, 2, 3], crop: crop)
        #expect(image == [2.5, 6.5, 12.5, 20.5])
        #expect(truth == [0, 1, 1, 0])
    }

    @Test("a mirror image is the crop with its columns reversed")
    func mirror() {
        let item = preparedCase(6, 12, 14, tumour: Box([2, 4, 3], size: [2, 3, 3])) {
            Float(($0 * 12 + $1) * 14 + $2)
        }
        let crop = WindowShape(depth: 2, height: 4, width: 6)
        var mirrored = CropAugmentation.none
        mirrored.mirrorProbability = 1
        let plain = Self.sample(item, centre: [2.5, 5.5, 5.5], crop: crop)
        let turned = Self.sample(
            item, centre: [2.5, 5.5, 5.5], crop: crop, augmentation: mirrored)
        func reversed(_ values: [Float]) -> [Float] {
            stride(from: 0, to: values.count, by: 6).flatMap { values[$0..<$0 + 6].reversed() }
        }
        #expect(turned.image == reversed(plain.image))
        #expect(turned.truth == reversed(plain.truth))
        #expect(plain.truth.contains(1) && plain.image != turned.image)
    }

    @Test("a turn by a known angle puts each voxel where it belongs")
    func rotation() {
        var augmentation = CropAugmentation.none
        augmentation.rotationDegrees = 40
        let crop = WindowShape(depth: 1, height: 5, width: 7)
        let centre = SIMD3<Double>(10, 15, 14)
        for seed in 1...10 as ClosedRange<UInt64> {
            // The angle is the first number drawn.
            var random = StepRandom(seed: seed, step: 0)
            let angle = random.uniform(-40...40) * .pi / 180
            let places = Self.places(
                centre: centre, crop: crop, augmentation: augmentation, seed: seed)
            for h in 0..<5 {
                for w in 0..<7 {
                    let (row, column) = (Double(h) - 2, Double(w) - 3)
                    let expected = SIMD3(
                        centre.x, centre.y + cos(angle) * row - sin(angle) * column,
                        centre.z + sin(angle) * row + cos(angle) * column)
                    let difference = places[h * 7 + w] - expected
                    #expect(abs(difference).max() <= Self.tolerance, "seed \(seed)")
                }
            }
        }
    }

    @Test("every draw is a turn, one scale in the plane and one through it, within their limits")
    func draws() {
        let augmentation = CropAugmentation()
        let crop = WindowShape(depth: 3, height: 3, width: 3)
        var mirrors = 0
        var angles: [Double] = []
        for seed in 1...200 as ClosedRange<UInt64> {
            let places = Self.places(
                centre: [10, 15, 14], crop: crop, augmentation: augmentation, seed: seed)
            let middle = places[13]
            #expect(abs(middle - SIMD3(10, 15, 14)).max() <= Self.tolerance)
            let (stepD, stepH, stepW) = (
                places[22] - middle, places[16] - middle, places[14] - middle
            )
            let inPlane = (stepH * stepH).sum().squareRoot()
            #expect(abs((stepW * stepW).sum().squareRoot() - inPlane) <= 4 * Self.tolerance)
            #expect(abs((stepH * stepW).sum()) <= 4 * Self.tolerance)
            #expect(abs(stepD.y) + abs(stepD.z) + abs(stepH.x) + abs(stepW.x) <= Self.tolerance)
            #expect(abs(log(inPlane)) <= augmentation.inPlaneScale + Self.tolerance)
            #expect(abs(log(stepD.x)) <= augmentation.throughPlaneScale + Self.tolerance)
            angles.append(atan2(stepH.z, stepH.y) * 180 / .pi)
            mirrors += stepH.y * stepW.z - stepH.z * stepW.y < 0 ? 1 : 0
        }
        #expect(angles.allSatisfy { abs($0) <= augmentation.rotationDegrees + 1e-3 })
        #expect((angles.min() ?? 0) < -5 && (angles.max() ?? 0) > 5)
        #expect((60...140).contains(mirrors))
    }

    @Test("outside the case the edge is repeated and there is no tumour")
    func outside() {
        // Tumour everywhere, up to the edges.
        let item = preparedCase(2, 3, 4, tumour: Box([0, 0, 0], size: [2, 3, 4])) {
            Float(100 * $0 + 10 * $1 + $2)
        }
        let crop = WindowShape(depth: 6, height: 7, width: 8)
        let (image, truth) = Self.sample(item, centre: [0.5, 1, 1.5], crop: crop)
        var index = 0
        for d in -2..<4 {
            for h in -2..<5 {
                for w in -2..<6 {
                    let (cd, ch, cw) = (
                        min(max(d, 0), 1), min(max(h, 0), 2), min(max(w, 0), 3)
                    )
                    #expect(image[index] == Float(100 * cd + 10 * ch + cw))
                    #expect(truth[index] == ((d, h, w) == (cd, ch, cw) ? 1 : 0))
                    index += 1
                }
            }
        }
    }
}

/// The magnitude of each component.
private func abs(_ vector: SIMD3<Double>) -> SIMD3<Double> {
    vector.replacing(with: -vector, where: vector .< 0)
}
