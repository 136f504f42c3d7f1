import Foundation
import VSImaging
import VSReport
import VSStore
import VSSurveillance

extension Endpoint {
    /// Scans, masks, pictures and segmentations.
    static let images: [Endpoint] = [
        Endpoint(
            path: "/scans/{scan}", name: "getScan",
            summary: "A scan and the segmentation of it that counts.",
            content: .object(["scan", "patient", "tumours", "readings", "findings"]),
            action: "read scan"
        ) { question in
            try Answer(
                json: RecordDocument(scan: question.number("scan"), in: question.store).object)
        },
        Endpoint(
            path: "/scans/{scan}/mask", name: "getMask",
            summary: "The mask as NIfTI on the scan's own grid.",
            content: .bytes("application/gzip"), action: "read mask"
        ) { question in
            let stored = try StoredScan(question.store, scan: question.number("scan"))
            return try Answer(ending: ".nii.gz", type: "application/gzip") {
                try NIfTIWriter.write(stored.mask, like: stored.image, to: $0)
            }
        },
        Endpoint(
            path: "/scans/{scan}/overlay", name: "getOverlay",
            summary: "Slices through the tumour with its outline.",
            content: .bytes("image/png"), action: "read overlay"
        ) { question in
            let stored = try StoredScan(question.store, scan: question.number("scan"))
            let picture = try OverlayPicture(stored, in: question.store)
            return try Answer(ending: ".png", type: "image/png") { try picture.write(to: $0) }
        },
        Endpoint(
            path: "/segmentations/{segmentation}", name: "getSegmentation",
            summary: "What one model said of one scan.",
            content: .object(["segmentation", "scan", "patient", "tumours"]),
            action: "read segmentation"
        ) { question in
            try Answer(
                json: RecordDocument(
                    segmentation: question.number("segmentation"), in: question.store
                ).object)
        },
        Endpoint(
            path: "/segmentations/{segmentation}/mask", name: "getSegmentationMask",
            summary: "One model's mask as NIfTI on the scan's own grid, whether it counts or not.",
            content: .bytes("application/gzip"), action: "read mask"
        ) { question in
            let stored = try StoredScan(
                question.store, segmentation: question.number("segmentation"))
            return try Answer(ending: ".nii.gz", type: "application/gzip") {
                try NIfTIWriter.write(stored.mask, like: stored.image, to: $0)
            }
        },
    ]
}
