/// Which axes the kernels and poolings of each level work on.
public enum Geometry: String, Codable, Sendable, CaseIterable {
    /// In-plane kernels (1x3x3) at every level.
    case planar = "2d"
    /// In-plane kernels at levels 1-2, volumetric (3x3x3) at levels 3-5: for slices about four
    /// times thicker than the pixels are wide.
    case mixed = "2.5d"
    /// Volumetric kernels at every level.
    case volumetric = "3d"
}

/// How features are weighted in the decoder.
public enum Attention: String, Codable, Sendable, CaseIterable {
    /// Not at all.
    case none
    /// Additive attention gate on the skip connection (Oktay et al. 2018).
    case gate
    /// The spatial attention module of Wang et al. 2019 at every decoder level and the bottom.
    case spatial
}

/// A size in voxels: depth (through-plane), height, width.
public struct WindowShape: Hashable, Sendable, Codable {
    /// Slices.
    public var depth: Int
    /// Rows.
    public var height: Int
    /// Columns.
    public var width: Int

    /// Makes a shape of `depth` x `height` x `width` voxels.
    public init(depth: Int, height: Int, width: Int) {
        self.depth = depth
        self.height = height
        self.width = width
    }

    /// The number of voxels.
    public var count: Int { depth * height * width }

    /// The shape divided by a stride, axis by axis.
    func divided(by stride: WindowShape) -> WindowShape {
        WindowShape(
            depth: depth / stride.depth, height: height / stride.height,
            width: width / stride.width)
    }
}

/// The U-Net of Wang et al., MICCAI 2019, and its variants: five levels of `baseWidth * level`
/// channels, two convolutions each.
public struct Architecture: Hashable, Sendable, Codable {
    /// Which axes kernels and poolings work on.
    public var geometry: Geometry
    /// How features are weighted in the decoder.
    public var attention: Attention
    /// Whether the attention maps take part in the training loss (SpvPA).
    public var supervised: Bool
    /// Channels at level 1; 16 in the paper.
    public var baseWidth: Int

    /// Levels from full resolution to the coarsest.
    public static let levels = 5

    /// Makes an architecture; the defaults are the paper's best system.
    public init(
        geometry: Geometry = .mixed, attention: Attention = .spatial, supervised: Bool = true,
        baseWidth: Int = 16
    ) {
        self.geometry = geometry
        self.attention = attention
        self.supervised = supervised
        self.baseWidth = baseWidth
    }

    /// Channels at each level, finest first.
    public var channels: [Int] { (1...Self.levels).map { baseWidth * $0 } }

    /// The 3x3 or 3x3x3 kernel of each level, finest first.
    var kernels: [WindowShape] {
        let inPlane = WindowShape(depth: 1, height: 3, width: 3)
        let volumetric = WindowShape(depth: 3, height: 3, width: 3)
        switch geometry {
        case .planar: return Array(repeating: inPlane, count: 5)
        case .mixed: return [inPlane, inPlane, volumetric, volumetric, volumetric]
        case .volumetric: return Array(repeating: volumetric, count: 5)
        }
    }

    /// The pooling after levels 1-4, which is also the stride of the way back up.
    var strides: [WindowShape] {
        let inPlane = WindowShape(depth: 1, height: 2, width: 2)
        let volumetric = WindowShape(depth: 2, height: 2, width: 2)
        switch geometry {
        case .planar: return Array(repeating: inPlane, count: 4)
        case .mixed: return [inPlane, inPlane, volumetric, volumetric]
        case .volumetric: return Array(repeating: volumetric, count: 4)
        }
    }

    /// Every side of a window must be a multiple of these.
    public var multiple: WindowShape {
        strides.reduce(WindowShape(depth: 1, height: 1, width: 1)) {
            WindowShape(
                depth: $0.depth * $1.depth, height: $0.height * $1.height,
                width: $0.width * $1.width)
        }
    }

    /// The shape of each level for a window, finest first.
    func shapes(for window: WindowShape) -> [WindowShape] {
        strides.reduce(into: [window]) { $0.append($0[$0.count - 1].divided(by: $1)) }
    }

    /// The smallest window the network takes that covers `shape`.
    public func window(covering shape: WindowShape) -> WindowShape {
        func up(_ side: Int, _ step: Int) -> Int { max(1, (side + step - 1) / step) * step }
        return WindowShape(
            depth: up(shape.depth, multiple.depth), height: up(shape.height, multiple.height),
            width: up(shape.width, multiple.width))
    }

    /// Throws unless every side of `window` is a positive multiple of ``multiple``.
    func check(_ window: WindowShape) throws(NetworkError) {
        let step = multiple
        guard window.depth > 0, window.height > 0, window.width > 0,
            window.depth % step.depth == 0, window.height % step.height == 0,
            window.width % step.width == 0
        else {
            throw NetworkError(
                .window, subject: "window",
                message: "\(window.depth) x \(window.height) x \(window.width) voxels do not suit "
                    + "the network.",
                remedy: "Use multiples of \(step.depth) x \(step.height) x \(step.width).")
        }
    }
}
