import Foundation
import Testing
import VSImaging
import VSSegmentation
import VSTestSupport

struct TumourAssignmentTests {
    static func assignment(_ known: [KnownTumour] = [], shift: Double = 0) -> TumourAssignment {
        TumourAssignment(midline: HeadMidline(head(shift: shift)), known: known)
    }

    static func sides(_ places: [TumourAssignment.Place?]) -> [Side?] { places.map { $0?.side } }
    static func bases(
        _ places: [TumourAssignment.Place?]
    ) -> [SegmentedTumour.Basis?] { places.map { $0?.basis } }

    @Test("the midline is the head's, not the image's", arguments: [-9.0, 0, 6])
    func midline(shift: Double) throws {
        let midline = HeadMidline(head(shift: shift))
        #expect(midline.isFound)
        #expect(abs(midline.xMm - shift) < 3)
        let y = try #require(midline.yMm)
        #expect(abs(y) < 3)
    }

    @Test("where the head fills the image, its middle is the image's")
    func midlineUnseen() {
        let cropped = volume(
            16, 60, 80, spacing: Spacing(depth: 1.5, height: 0.5, width: 0.5), origin: [20, 0, 0]
        ) { 300 + scatter($0, $1, $2) / 100 }
        let midline = HeadMidline(cropped)
        #expect(!midline.isFound)
        #expect(abs(midline.xMm - (20 + 39.5 * 0.5)) < 1e-9)
        #expect(midline.yMm == nil)
        let anywhere: LPSPoint = [20, 500, 0]
        #expect(TumourAssignment(midline: midline).isPossible(anywhere))
    }

    @Test("a tumour's centre lies off the midline, and not at the head's front or back")
    func possible() {
        let assignment = Self.assignment()
        let possible: [LPSPoint] = [[25, 0, 0], [-25, -40, 9]]
        for point in possible { #expect(assignment.isPossible(point), "\(point)") }
        let impossible: [LPSPoint] = [[4, 0, 0], [64, 0, 0], [25, 49, 0], [-25, -49, 0]]
        for point in impossible { #expect(!assignment.isPossible(point), "\(point)") }
    }

    @Test(
        "a search takes all voxels where a tumour's centre can lie, and a margin",
        arguments: [0, 0.2])
    func search(tilt: Double) {
        let straight = head()
        var affine = straight.affine
        // Turned about the head's long axis, in the plane.
        affine.widthStep = [0.4 * cos(tilt), 0.4 * sin(tilt), 0]
        affine.heightStep = [-0.4 * sin(tilt), 0.4 * cos(tilt), 0]
        let shape = GridShape(depth: 2, height: 800, width: 800)
        affine.origin =
            LPSPoint(0, 0, 0) - 399.5 * affine.widthStep - 399.5 * affine.heightStep
        let wide = Volume(
            shape: shape, affine: affine, voxels: Array(repeating: 0, count: shape.count))
        let assignment = Self.assignment()
        let range = assignment.searchRange(of: wide)
        #expect(range.start.x == 0 && range.end.x == 2)
        // 45 + 16 mm of 160 mm either way, and more where the axes are turned.
        let rows = range.end.y - range.start.y
        #expect(tilt == 0 ? abs(rows - 305) <= 10 : rows > 400 && rows < 800)
        for h in stride(from: 0, to: 800, by: 5) {
            for w in stride(from: 0, to: 800, by: 5)
            where assignment.isPossible(affine.point(0, Double(h), Double(w))) {
                let isInside =
                    h >= range.start.y && h < range.end.y && w >= range.start.z
                    && w < range.end.z
                #expect(isInside)
            }
        }
    }

    @Test("everything is searched where the head was not seen whole")
    func searchUnseen() {
        let cropped = volume(
            16, 60, 80, spacing: Spacing(depth: 1.5, height: 0.5, width: 0.5)
        ) { 300 + scatter($0, $1, $2) / 100 }
        let range = TumourAssignment(midline: HeadMidline(cropped)).searchRange(of: cropped)
        #expect(range == VoxelRange(start: .zero, end: [16, 60, 80]))
    }

    @Test("where columns run up and down, front and back are unknown")
    func coronal() {
        let axial = head()
        var affine = axial.affine
        affine.heightStep = [0, 0, -0.8]
        affine.depthStep = [0, 1.5, 0]
        let coronal = Volume(shape: axial.shape, affine: affine, voxels: axial.voxels)
        #expect(HeadMidline(coronal).isFound)
        #expect(HeadMidline(coronal).yMm == nil)
    }

    @Test("the patient's left is +x in LPS")
    func sides() {
        let places = Self.assignment().places(of: [[25, 0, 0], [-25, 0, 0]])
        #expect(Self.sides(places) == [.left, .right])
        #expect(Self.bases(places) == [.side, .side])
    }

    @Test("of two components on one side the larger stays")
    func onePerSide() {
        let places = Self.assignment().places(of: [[25, 0, 0], [-25, 0, 0], [22, 10, 0]])
        #expect(Self.sides(places) == [.left, .right, nil])
    }

    @Test("a component near the earlier exam wins against a larger one far away")
    func nearness() {
        let known = KnownTumour(side: .left, centroid: [25, 0, 0])
        let places = Self.assignment([known]).places(of: [[30, 25, 12], [27, 4, -3]])
        #expect(Self.sides(places) == [nil, .left])
        #expect(Self.bases(places) == [nil, .nearEarlierExam])
    }

    @Test("beyond 15 mm an earlier exam says only which side is expected")
    func reach() {
        let known = KnownTumour(side: .left, centroid: [25, 0, 0])
        let places = Self.assignment([known]).places(of: [[25, 15.5, 0]])
        #expect(Self.sides(places) == [.left])
        #expect(Self.bases(places) == [.side])
        let near = Self.assignment([known]).places(of: [[25, 14.5, 0]])
        #expect(Self.bases(near) == [.nearEarlierExam])
    }

    @Test("the nearest of two components near an earlier exam is its tumour")
    func nearest() {
        let known = KnownTumour(side: .right, centroid: [-25, 0, 0])
        let places = Self.assignment([known]).places(of: [[-25, 12, 0], [-25, 3, 0]])
        #expect(Self.sides(places) == [nil, .right])
    }

    @Test("with tumours known on both sides each keeps its own")
    func bothSides() {
        let known = [
            KnownTumour(side: .right, centroid: [-24, 0, 0]),
            KnownTumour(side: .left, centroid: [24, 0, 0]),
        ]
        let places = Self.assignment(known).places(of: [[23, 2, 0], [-26, -2, 1]])
        #expect(Self.sides(places) == [.left, .right])
        #expect(Self.bases(places) == [.nearEarlierExam, .nearEarlierExam])
    }

    @Test("nearness decides close to the midline and never across it")
    func midlineDoubt() {
        let known = [KnownTumour(side: .left, centroid: [2, 0, 0])]
        #expect(Self.sides(Self.assignment(known).places(of: [[-4, 0, 0]])) == [.left])
        let far = [KnownTumour(side: .left, centroid: [-13, 0, 0])]
        let places = Self.assignment(far).places(of: [[-20, 0, 0]])
        #expect(Self.sides(places) == [.right])
        #expect(Self.bases(places) == [.unexpectedSide])
    }

    @Test("a tumour on the side without a known one is unexpected")
    func unexpected() {
        let places = Self.assignment([KnownTumour(side: .left)]).places(
            of: [[-25, 0, 0], [25, 0, 0]])
        #expect(Self.bases(places) == [.unexpectedSide, .side])
    }

    @Test("no component, no place")
    func none() { #expect(Self.assignment().places(of: []).isEmpty) }
}
