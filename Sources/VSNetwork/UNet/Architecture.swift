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

/// The two U-Nets, which differ in their blocks and in the way between levels.
public enum NetworkFamily: String, Codable, Sendable, CaseIterable {
    /// Wang et al., MICCAI 2019: five levels, max pooling, one PReLU slope per channel.
    case paper
    /// The published re-implementation (KCL-BMEIS/VS_Seg): six levels, residual units, strided
    /// convolutions down and up, one PReLU slope per layer, and attention before the bottom's block.
    case residual = "vs-seg"
}

/// A U-Net of either family and its variants: `baseWidth * level` channels at each level.
public struct Architecture: Hashable, Sendable {
    /// Whose blocks it is made of.
    public var family: NetworkFamily
    /// Which axes kernels and poolings work on.
    public var geometry: Geometry
    /// How features are weighted in the decoder.
    public var attention: Attention
    /// Whether the attention maps take part in the training loss (SpvPA).
    public var supervised: Bool
    /// Channels at level 1; 16 in the paper.
    public var baseWidth: Int
    /// Channels at each level where they are not multiples of ``baseWidth``.
    public var widths: [Int]?

    /// Makes an architecture; the defaults are the paper's best system.
    public init(
        geometry: Geometry = .mixed, attention: Attention = .spatial, supervised: Bool = true,
        baseWidth: Int = 16
    ) {
        family = .paper
        self.geometry = geometry
        self.attention = attention
        self.supervised = supervised
        self.baseWidth = baseWidth
    }

    /// Makes the network of KCL-BMEIS/VS_Seg with `widths` channels, finest level first.
    public static func residual(
        widths: [Int] = [16, 32, 48, 64, 80, 96], attention: Attention = .spatial
    ) -> Architecture {
        var result = Architecture(attention: attention, supervised: attention == .spatial)
        result.family = .residual
        result.baseWidth = widths.first ?? 0
        result.widths = widths == result.channels ? nil : widths
        return result
    }

    /// Levels from full resolution to the coarsest.
    public var levels: Int { widths?.count ?? (family == .paper ? 5 : 6) }

    /// Channels at each level, finest first.
    public var channels: [Int] { widths ?? (1...levels).map { baseWidth * $0 } }

    /// The 3x3 or 3x3x3 kernel of each level, finest first.
    var kernels: [WindowShape] {
        let inPlane = WindowShape(depth: 1, height: 3, width: 3)
        let volumetric = WindowShape(depth: 3, height: 3, width: 3)
        switch geometry {
        case .planar: return Array(repeating: inPlane, count: levels)
        case .mixed:
            return [inPlane, inPlane] + Array(repeating: volumetric, count: levels - 2)
        case .volumetric: return Array(repeating: volumetric, count: levels)
        }
    }

    /// The stride after each level but the coarsest, down and up.
    var strides: [WindowShape] {
        let inPlane = WindowShape(depth: 1, height: 2, width: 2)
        let volumetric = WindowShape(depth: 2, height: 2, width: 2)
        switch geometry {
        case .planar: return Array(repeating: inPlane, count: levels - 1)
        case .mixed:
            return [inPlane, inPlane] + Array(repeating: volumetric, count: levels - 3)
        case .volumetric: return Array(repeating: volumetric, count: levels - 1)
        }
    }

    /// The kernels of the strided convolutions of ``NetworkFamily/residual``: three along an axis that
    /// is halved, one along another.
    var samplingKernels: [WindowShape] {
        strides.map { stride in
            WindowShape(
                depth: 2 * stride.depth - 1, height: 2 * stride.height - 1,
                width: 2 * stride.width - 1)
        }
    }

    /// Whether attention acts on what enters the bottom's block, not on what leaves it.
    var attendsBeforeBottom: Bool { family == .residual && attention != .none }

    /// The channel segments that the attention module of a level sees.
    func attendedSegments(_ level: Int) -> [Int] {
        if level < levels - 1 { return [channels[level], channels[level]] }
        return [family == .paper ? channels[level] : channels[level - 1]]
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

extension Architecture: Codable {
    private enum CodingKeys: String, CodingKey {
        case family, geometry, attention, supervised, baseWidth, widths
    }

    /// Reads an architecture; without a family it is the paper's.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        family = try fields.decodeIfPresent(NetworkFamily.self, forKey: .family) ?? .paper
        geometry = try fields.decode(Geometry.self, forKey: .geometry)
        attention = try fields.decode(Attention.self, forKey: .attention)
        supervised = try fields.decode(Bool.self, forKey: .supervised)
        baseWidth = try fields.decode(Int.self, forKey: .baseWidth)
        widths = try fields.decodeIfPresent([Int].self, forKey: .widths)
    }

    /// Writes what ``init(from:)`` reads, the family only where it is not the paper's.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        if family != .paper { try fields.encode(family, forKey: .family) }
        try fields.encode(geometry, forKey: .geometry)
        try fields.encode(attention, forKey: .attention)
        try fields.encode(supervised, forKey: .supervised)
        try fields.encode(baseWidth, forKey: .baseWidth)
        try fields.encodeIfPresent(widths, forKey: .widths)
    }
}
