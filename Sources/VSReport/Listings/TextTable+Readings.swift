import VSGrowth
public import VSStore

extension TextTable {
    /// What readers said and drew of one scan.
    public init(reviews: [ReviewRecord], outlines: [ManualVolumeRecord]) {
        self.init([
            .init("reader", key: "reader"), .init("word", key: "word"),
            .init("segmentation", key: "segmentation", .right),
            .init("outline", key: "outline", .right), .init("side", key: "side"),
            .init("volume mm³", key: "volumeMm3", .right),
            .init("± mm³", key: "volumeErrorMm3", .right), .init("reason", key: "reason", .prose),
            .init("made", key: "createdAt"),
        ])
        for review in reviews {
            add([
                .text(review.reader), .text(review.state.rawValue),
                .integer(Int(review.segmentationId)), .none, .none, .none, .none,
                review.reason.isEmpty ? .none : .text(review.reason), .text(review.createdAt),
            ])
        }
        for outline in outlines {
            let error = 1.96 * outline.relativeSD * outline.volumeMm3
            add([
                .text(outline.reader), .text("outline"), .none, .integer(Int(outline.id)),
                .text(outline.side), .volume(outline.volumeMm3), .volume(error),
                outline.note.isEmpty ? .none : .text(outline.note), .text(outline.createdAt),
            ])
            guard let by = outline.withdrawnBy else { continue }
            add([
                .text(by), .text("withdrawn"), .none, .integer(Int(outline.id)),
                .text(outline.side), .none, .none,
                outline.withdrawalReason.map { .text($0) } ?? .none,
                outline.withdrawnAt.map { .text($0) } ?? .none,
            ])
        }
    }

    /// Acknowledgements, the newest first.
    public init(acknowledgements records: [AcknowledgementRecord]) {
        self.init([
            .init("side", key: "side"), .init("class", key: "class"),
            .init("last exam", key: "lastExam"), .init("reader", key: "reader"),
            .init("note", key: "note", .prose), .init("made", key: "createdAt"),
            .init("ended", key: "endedAt"),
        ])
        for record in records {
            add([
                .text(record.side), .text(record.growthClass), .text(record.lastExam.iso),
                .text(record.reader), .text(record.note), .text(record.createdAt),
                record.endedAt.map { .text($0) } ?? .none,
            ])
        }
    }
}
