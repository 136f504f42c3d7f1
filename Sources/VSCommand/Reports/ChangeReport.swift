import Foundation
import VSGrowth
import VSImaging
import VSReport
import VSSegmentation
import VSStore
import VSSurveillance

/// What `vsdb change` prints and draws.
struct ChangeReport {
    private let change: TumourChange

    init(_ change: TumourChange) { self.change = change }

    private var first: String { change.first.exam.examDate.iso }
    private var second: String { change.second.exam.examDate.iso }
    private var shares: (outward: Double, inward: Double) {
        change.surface.share(beyondMm: change.errorMm)
    }

    func show(_ output: OutputOptions) throws {
        switch output.format {
        case .table:
            print("\(change.patient), \(change.side.rawValue), \(first) to \(second)")
            try output.show(table, empty: "")
            for line in summary { print(line) }
            print(change.intendedUse)
        case .csv: print(table.csv)
        case .json: try output.printJSON(object)
        }
    }

    /// What the numbers amount to, in sentences.
    private var summary: [String] {
        let alignment = change.alignment
        let (outward, inward) = shares
        func percent(_ share: Double) -> String { NumberText.fixed(100 * share, 0) + " %" }
        func mm(_ value: Double) -> String { NumberText.signed(value, 1) + " mm" }
        return [
            "the surface moved by \(mm(change.surface.meanMm)) on average (5 % of it by less than "
                + "\(mm(change.surface.percentileMm(0.05))), 5 % by more than "
                + "\(mm(change.surface.percentileMm(0.95)))); \(percent(outward)) of it outward and "
                + "\(percent(inward)) inward by more than the error of "
                + "\(NumberText.fixed(change.errorMm, 1)) mm",
            "heads laid upon each other by a turn of "
                + "\(NumberText.fixed(alignment.motion.angleDegrees, 1))°; correlation "
                + "\(NumberText.fixed(alignment.correlation, 2)), "
                + "\(percent(alignment.overlap)) of the region in both, error "
                + "\(NumberText.fixed(alignment.errorMm, 2)) mm",
        ]
    }

    private var table: TextTable {
        var table = TextTable([
            .init("region", key: "region"), .init("surface %", key: "surfacePercent", .right),
            .init("mean mm", key: "meanMm", .right), .init("lowest mm", key: "lowestMm", .right),
            .init("highest mm", key: "highestMm", .right),
            .init("gained mm³", key: "gainedMm3", .right),
            .init("lost mm³", key: "lostMm3", .right),
        ])
        func mm(_ value: Double?) -> TextTable.Value {
            value.map { .number($0, NumberText.signed($0, 1)) } ?? .none
        }
        for region in change.surface.regions {
            table.add([
                .text(region.region.title), .fixed(100 * region.surfaceShare, 0),
                mm(region.meanMm), mm(region.lowestMm), mm(region.highestMm),
                .volume(region.gainedMm3), .volume(region.lostMm3),
            ])
        }
        return table
    }

    private var object: [String: Any] {
        let alignment = change.alignment
        func exam(_ image: ExamImage) -> [String: Any] {
            [
                "scan": image.exam.scanId, "examDate": image.exam.examDate.iso,
                "model": image.exam.model, "volumeMm3": image.mask.volumeMm3(),
            ]
        }
        return [
            "patient": change.patient, "side": change.side.rawValue,
            "first": exam(change.first), "second": exam(change.second),
            "meanMm": change.surface.meanMm,
            "percentile5Mm": change.surface.percentileMm(0.05),
            "percentile95Mm": change.surface.percentileMm(0.95), "errorMm": change.errorMm,
            "outwardShare": shares.outward, "inwardShare": shares.inward,
            "regions": table.objects,
            "alignment": [
                "turnDegrees": alignment.motion.angleDegrees,
                "correlation": alignment.correlation, "overlap": alignment.overlap,
                "errorMm": alignment.errorMm,
            ],
            "intendedUse": change.intendedUse, "researchUseOnly": true,
        ]
    }

    func picture() -> ChangePicture {
        let grids = change.alignment.grids(change.surface.affine)
        func exam(_ image: ExamImage, _ grid: Affine) -> ChangePicture.Exam {
            ChangePicture.Exam(
                title: "\(image.exam.examDate.iso), "
                    + "\(NumberText.volume(image.mask.volumeMm3())) mm³",
                volume: image.volume, grid: grid)
        }
        let models = Set([change.first.exam.model, change.second.exam.model]).sorted()
        return ChangePicture(
            title: "\(change.patient), \(change.side.rawValue): \(first) to \(second)",
            captions: [
                "Displacement \(NumberText.signed(change.surface.meanMm, 1)) mm on average; below "
                    + "\(NumberText.fixed(change.errorMm, 1)) mm it lies within error.",
                "Outlines: \(models.joined(separator: ", ")). \(change.intendedUse)",
            ],
            exams: (exam(change.first, grids.first), exam(change.second, grids.second)),
            change: change.surface, errorMm: change.errorMm)
    }
}
