import Foundation
package import VSImaging
package import VSNetwork

/// A volume whose values are given at each voxel (d, h, w).
package func volume(
    _ depth: Int, _ height: Int, _ width: Int,
    spacing: Spacing = Spacing(depth: 1.5, height: 0.4, width: 0.4), origin: SIMD3<Double> = .zero,
    _ value: (Int, Int, Int) -> Float
) -> Volume {
    let shape = GridShape(depth: depth, height: height, width: width)
    var voxels: [Float] = []
    for d in 0..<depth {
        for h in 0..<height { for w in 0..<width { voxels.append(value(d, h, w)) } }
    }
    return Volume(shape: shape, affine: Affine(origin: origin, spacing: spacing), voxels: voxels)
}

/// A mask of the voxels whose centres satisfy a condition on their point in mm LPS.
package func mask(
    _ depth: Int, _ height: Int, _ width: Int, spacing: Spacing,
    _ isInside: (SIMD3<Double>) -> Bool
) -> Mask {
    let shape = GridShape(depth: depth, height: height, width: width)
    let affine = Affine(spacing: spacing)
    var mask = Mask(
        shape: shape, affine: affine, voxels: Array(repeating: 0, count: shape.count))
    for d in 0..<depth {
        for h in 0..<height {
            for w in 0..<width where isInside(affine.point(Double(d), Double(h), Double(w))) {
                mask[d, h, w] = 1
            }
        }
    }
    return mask
}

/// Some value that varies from voxel to voxel without a pattern.
package func scatter(_ d: Int, _ h: Int, _ w: Int) -> Float {
    Float((d &* 7919 &+ h &* 104_729 &+ w &* 1_299_709) % 1009)
}

/// A grey ellipse of head, 80 x 64 mm, in dark air, its middle `shift` mm to the patient's left, with
/// bright cubes at `spots` (centre in mm LPS and half a side).
package func head(
    slices: Int = 16, shift: Double = 0,
    spacing: Spacing = Spacing(depth: 1.5, height: 0.8, width: 0.8),
    spots: [(centre: SIMD3<Double>, half: Double)] = []
) -> Volume {
    volume(
        slices, 100, 128, spacing: spacing,
        origin: [-64 * spacing.width, -50 * spacing.height, 0]
    ) { d, h, w in
        let x = (Double(w) - 64) * spacing.width
        let y = (Double(h) - 50) * spacing.height
        let z = Double(d) * spacing.depth
        let isHead = pow((x - shift) / 40, 2) + pow(y / 32, 2) < 1
        let isSpot = spots.contains {
            let step = SIMD3(x, y, z) - $0.centre
            return abs(step.x) <= $0.half && abs(step.y) <= $0.half && abs(step.z) <= $0.half
        }
        return (isSpot ? 1000 : isHead ? 300 : 10) + scatter(d, h, w) / 100
    }
}

/// A network that says of each voxel sigmoid(slope * normalised value - offset), and nothing else:
/// every weight is zero but those of one channel's way straight through the finest level.
package func brightnessModel(slope: Float, offset: Float) -> ModelFile {
    let architecture = Architecture(
        geometry: .mixed, attention: .none, supervised: false, baseWidth: 2)
    var values = ParameterValues(layout: ParameterLayout(architecture))
    func set(_ name: String, _ change: (inout ArraySlice<Float>) -> Void) {
        for entry in values.layout.parameters where entry.name == name {
            var slice = values.parameters[entry.range]
            change(&slice)
            values.parameters.replaceSubrange(entry.range, with: slice)
        }
    }
    for entry in values.layout.parameters {
        let isScale = entry.name.hasSuffix("norm.weight") || entry.name.hasSuffix("act.weight")
        guard isScale else { continue }
        for place in entry.range { values.parameters[place] = 1 }
    }
    for name in ["encoder.0.unit1", "encoder.0.unit2", "decoder.0.unit1", "decoder.0.unit2"] {
        // The centre of the 1 x 3 x 3 kernel from the first channel to the first.
        set("\(name).conv.weight") { $0[$0.startIndex + 4] = 1 }
    }
    set("classify.weight") { $0[$0.startIndex + 2] = slope }
    set("classify.bias") { $0[$0.startIndex + 1] = -offset }
    let description = ModelDescription(
        name: "brightness", version: "1", architecture: architecture,
        spacingMm: [1.5, 0.8, 0.8])
    return ModelFile(description: description, values: values)
}
