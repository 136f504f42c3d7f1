import Foundation
import Testing
import VSImaging

/// Stacks of planes, regular and not; no file is read.
struct SeriesGeometryTests {
    /// Axial frames 1.5 mm apart, numbered from 1, changed by `change`.
    static func stack(
        _ count: Int = 8, change: (Int, inout DICOMFrame) -> Void = { _, _ in }
    ) -> [DICOMFrame] {
        (1...count).map { number in
            var frame = DICOMFrame(
                number: number, instance: "1.\(number)",
                position: [-10, -20, Double(number) * 1.5], rowSpacingMm: 0.5,
                columnSpacingMm: 0.4, rows: 30, columns: 20)
            change(number, &frame)
            return frame
        }
    }

    private func refusal(_ frames: [DICOMFrame]) -> ImagingError? {
        do throws(ImagingError) {
            _ = try SeriesGeometry(frames, subject: "series 5")
            return nil
        } catch {
            return error
        }
    }

    @Test("a shuffled stack is sorted by position, and spacing comes from positions alone")
    func sorted() throws {
        let frames = Self.stack().reversed() + []
        let geometry = try SeriesGeometry(frames, subject: "s")
        #expect(geometry.order == Array((0..<8).reversed()))
        #expect(geometry.steps == [[0.4, 0, 0], [0, 0.5, 0], [0, 0, 1.5]])
        #expect(geometry.origin == [-10, -20, 1.5])
        #expect(geometry.dims == [20, 30, 8])
    }

    @Test("an oblique stack runs along its own normal")
    func oblique() throws {
        let (c, s) = (cos(0.3), sin(0.3))
        let normal: LPSPoint = [0, -s, c]
        let frames = Self.stack { number, frame in
            frame.columnDirection = [0, c, s]
            frame.position = [1, 2, 3] + Double(number) * 2 * normal
        }
        let geometry = try SeriesGeometry(frames, subject: "s")
        #expect((geometry.steps[2] - 2 * normal).length < 1e-9)
        #expect(abs(geometry.sliceSpacingMm - 2) < 1e-9)
    }

    @Test("rounding within the tolerance is no fault, and the mean step counts")
    func rounding() throws {
        let frames = Self.stack { number, frame in
            frame.position?.z += number == 4 ? 0.012 : 0
        }
        #expect(abs(try SeriesGeometry(frames, subject: "s").sliceSpacingMm - 1.5) < 1e-9)
        let more = Self.stack { number, frame in frame.position?.z += number == 4 ? 0.05 : 0 }
        #expect(refusal(more) != nil)
    }

    /// A fault, how to make it, and words of its message.
    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let words: [String]
        let change: @Sendable (Int, inout DICOMFrame) -> Void
    }

    static let faults = [
        Fault(testDescription: "gap", words: ["gap between slices 4 and 5", "3.000", "1 slice is"])
        {
            $1.position?.z += $0 > 4 ? 1.5 : 0
        },
        Fault(testDescription: "wide gap", words: ["gap between slices 4 and 5", "2 slices are"]) {
            $1.position?.z += $0 > 4 ? 3 : 0
        },
        Fault(testDescription: "varying distance", words: ["varies", "slices 4 and 5", "2.100"]) {
            $1.position?.z += $0 > 4 ? 0.6 : 0
        },
        Fault(testDescription: "duplicate", words: ["slices 4, 5 lie at the same place"]) {
            if $0 == 5 { $1.position?.z = 6 }
        },
        Fault(testDescription: "the same image twice", words: ["Slice 4 is there twice"]) {
            if $0 == 5 {
                $1.position?.z = 6
                $1.instance = "1.4"
                $1.number = 4
            }
        },
        Fault(testDescription: "mixed orientation", words: ["several orientations", "slices 7, 8"])
        {
            if $0 > 6 { $1.columnDirection = [0, 0, 1] }
        },
        Fault(testDescription: "tilt", words: ["tilted", "slice 1 to", "5.7 degrees"]) {
            $1.position?.y += Double($0) * 0.15
        },
        Fault(testDescription: "one slice aside", words: ["Slice 3", "line of the others"]) {
            $1.position?.x += $0 == 3 ? 2 : 0
        },
        Fault(testDescription: "echoes", words: ["several echoes", "22, 90 ms", "slices 2, 4"]) {
            $1.echoTimeMs = $0 % 2 == 0 ? 22 : 90
        },
        Fault(testDescription: "time points", words: ["2 time points"]) {
            $1.position?.z = Double(($0 + 1) / 2)
            $1.temporalPosition = $0 % 2
        },
        Fault(testDescription: "diffusion", words: ["diffusion", "0, 1000"]) {
            $1.position?.z = Double(($0 + 1) / 2)
            $1.bValue = $0 % 2 == 0 ? 0 : 1000
        },
        Fault(testDescription: "magnitude and phase", words: ["several kinds"]) {
            $1.position?.z = Double(($0 + 1) / 2)
            $1.imageType = [$0 % 2 == 0 ? "M" : "P"]
        },
        Fault(testDescription: "no position", words: ["Slice 2", "ImagePositionPatient"]) {
            if $0 == 2 { $1.position = nil }
        },
        Fault(testDescription: "no pixel spacing", words: ["Slice 2", "PixelSpacing"]) {
            if $0 == 2 { $1.rowSpacingMm = nil }
        },
        Fault(testDescription: "pixel sizes", words: ["pixel sizes", "slice 2 differs"]) {
            if $0 == 2 { $1.rowSpacingMm = 0.6 }
        },
        Fault(testDescription: "matrices", words: ["matrices", "20 x 30", "20 x 31"]) {
            if $0 == 2 { $1.rows = 31 }
        },
        Fault(testDescription: "sheared pixels", words: ["slice 2", "right angles"]) {
            if $0 == 2 { $1.columnDirection = [0.6, 0.8, 0] }
        },
    ]

    @Test("an irregular stack is refused with the slices named", arguments: faults)
    func irregular(fault: Fault) throws {
        let error = try #require(refusal(Self.stack(change: fault.change)))
        #expect(error.subject == "series 5")
        for word in fault.words {
            #expect(error.description.contains(word), "\(error.description)")
        }
    }

    @Test("one slice is no volume, and a claim beyond the limit is refused before it is read")
    func extremes() throws {
        #expect(try #require(refusal(Self.stack(1))).message.contains("one slice"))
        #expect(try #require(refusal([])).message.contains("no slices"))
        let huge = Self.stack { _, frame in (frame.rows, frame.columns) = (65535, 65535) }
        #expect(try #require(refusal(huge)).code == .tooLarge)
    }
}
