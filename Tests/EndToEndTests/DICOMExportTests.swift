import Foundation
import Testing
import VSImaging
import VSTestSupport

/// `vsdb export seg` and `vsdb export sr`, read again by DCMTK's own tools.
@Suite(.serialized)
struct DICOMExportTests {
    let program: Program

    init() throws { program = try Program() }

    var folder: String { program.folder }

    /// Runs one of DCMTK's tools.
    func tool(_ arguments: String...) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        let output = folder + "/tool.txt"
        _ = FileManager.default.createFile(atPath: output, contents: nil)
        let handle: FileHandle = try #require(FileHandle(forWritingAtPath: output))
        process.standardOutput = handle
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(arguments)")
        return try String(contentsOfFile: output, encoding: .utf8)
    }

    /// The values of a tag in a dump, in order.
    func values(_ tag: String, _ dump: String) -> [String] {
        dump.split(separator: "\n").compactMap { line in
            guard line.drop(while: { $0 == " " }).hasPrefix("(\(tag))") else { return nil }
            let value = line.firstMatch(of: /\[(.*)\]|(?:US|UL) (\d[\d\\]*)/)?.output
            return (value?.1 ?? value?.2).map(String.init)
        }
    }

    private func numbers(_ text: String) -> [Double] {
        text.split(separator: "\\").compactMap { Double($0) }
    }

    private func register(_ study: String) throws -> Int {
        let run = try program.run("register", "scan", study, "--format", "json")
        #expect(run.code == 0, "\(run.err)")
        return try #require(run.object()["scan"] as? Int)
    }

    /// The centres of the voxels that a SEG file sets, mm LPS, from what dcmdump says and the raw bits
    /// it writes; of a fractional one those above a value.
    private func segmented(_ file: String, above least: UInt8? = nil) throws -> [LPSPoint] {
        let raw = folder + "/raw"
        try? FileManager.default.removeItem(atPath: raw)
        try FileManager.default.createDirectory(atPath: raw, withIntermediateDirectories: true)
        let dump = try tool("dcmdump", "+L", "+W", raw, file)
        let rows = try #require(Int(values("0028,0010", dump)[0]))
        let columns = try #require(Int(values("0028,0011", dump)[0]))
        let spacing = numbers(values("0028,0030", dump)[0])
        let axes = numbers(values("0020,0037", dump)[0])
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: raw).first)
        let bits = try Data(contentsOf: URL(fileURLWithPath: raw + "/" + name))
        var found: [LPSPoint] = []
        for (frame, text) in values("0020,0032", dump).enumerated() {
            let origin = numbers(text)
            for pixel in 0..<rows * columns {
                let bit = frame * rows * columns + pixel
                let isSet =
                    least.map { bits[bit] > $0 } ?? (bits[bit / 8] >> UInt8(bit % 8) & 1 == 1)
                guard isSet else { continue }
                let (row, column) = (Double(pixel / columns), Double(pixel % columns))
                let place = (0..<3).map {
                    origin[$0] + column * spacing[1] * axes[$0] + row * spacing[0] * axes[$0 + 3]
                }
                found.append([place[0], place[1], place[2]])
            }
        }
        return found
    }

    /// Expects that a SEG file sets the voxels of the scan's mask as NIfTI and no others, each within
    /// a thousandth of a voxel; returns how many.
    func expectMask(of scan: Int, in file: String) throws -> Int {
        let nifti = folder + "/mask.nii"
        #expect(try program.run("export", "mask", "\(scan)", nifti).code == 0)
        return try expectMask(nifti, in: file)
    }

    /// Expects the voxels of a NIfTI mask in a SEG file.
    func expectMask(_ nifti: String, in file: String) throws -> Int {
        let volume = try ScanReader.read(nifti).volume
        let ours = Set(volume.voxels.indices.filter { volume.voxels[$0] == 1 })
        let points = try segmented(file)
        var theirs: Set<Int> = []
        for point in points {
            let voxel = try #require(volume.affine.voxel(at: point))
            let nearest = [voxel.x, voxel.y, voxel.z].map { $0.rounded() }
            #expect(abs(voxel.x - nearest[0]) < 1e-3 && abs(voxel.y - nearest[1]) < 1e-3)
            #expect(abs(voxel.z - nearest[2]) < 1e-3)
            theirs.insert(
                volume.shape.index(Int(nearest[0]), Int(nearest[1]), Int(nearest[2])))
        }
        #expect(theirs == ours && points.count == ours.count)
        return ours.count
    }

    @Test("the segmentation's voxels are the mask's, mm by mm, and its references the series'")
    func voxels() throws {
        let scan = try register(writeHeadStudy(to: folder + "/study"))
        let file = folder + "/seg.dcm"
        let rows = try program.run("export", "seg", "\(scan)", file, "--format", "json").list()
        let count = try expectMask(of: scan, in: file)
        #expect(count > 100 && rows.count == 1)
        #expect(rows[0]["voxels"] as? Int == count && rows[0]["side"] as? String == "left")
        let dump = try tool("dcmdump", "+L", file)
        #expect(values("0010,0020", dump) == ["P1"])
        #expect(values("0020,000d", dump) == ["1.2.3"] && values("0020,0052", dump) == ["1.2.3.9"])
        // Of the images all, in the referenced series; and of each frame its own.
        let images = values("0008,1155", dump)
        let positions = values("0020,0032", dump).map { numbers($0)[2] }
        #expect(images.prefix(16) == ArraySlice((1...16).map { "1.2.3.4.\($0)" }))
        let slices = images.dropFirst(16).compactMap { Int($0.dropFirst("1.2.3.4.".count)) }
        #expect(slices.count == positions.count && positions.count < 16)
        let origin = try ScanInput.read(folder + "/study").image.volume.affine
        for (slice, z) in zip(slices, positions) {
            #expect(abs(origin.point(Double(slice - 1), 0, 0).z - z) < 1e-4)
        }
        #expect(values("0062,0021", dump) == [try #require(rows[0]["trackingUid"] as? String)])
        #expect(Set(values("0008,0100", dump)).isSuperset(of: ["985004", "8598002", "7771000"]))
    }

    @Test("fractional: probabilities in steps of 1/255 that give the mask again at one half")
    func fractional() throws {
        let scan = try register(writeHeadStudy(to: folder + "/study"))
        let (mask, file) = (folder + "/seg.dcm", folder + "/prob.dcm")
        let binary = try program.run("export", "seg", "\(scan)", mask, "--format", "json").list()
        let rows = try program.run(
            "export", "seg", "\(scan)", file, "--fractional", "--format", "json"
        ).list()
        #expect(rows[0]["trackingUid"] as? String == binary[0]["trackingUid"] as? String)
        #expect(rows[0]["sopInstanceUid"] as? String != binary[0]["sopInstanceUid"] as? String)
        let dump = try tool("dcmdump", "+L", file)
        #expect(values("0062,000e", dump) == ["255"] && values("0028,0100", dump) == ["8"])
        #expect(dump.contains("FRACTIONAL") && dump.contains("PROBABILITY"))
        let ours = try segmented(mask).map { "\($0)" }
        let theirs = try segmented(file, above: 127).map { "\($0)" }
        #expect(Set(ours) == Set(theirs) && ours.count == binary[0]["voxels"] as? Int)
        // The test's network is sure of nearly every voxel, so that little lies between.
        let any = try segmented(file, above: 0).map { "\($0)" }
        #expect(Set(any).isSuperset(of: ours))
        let again = folder + "/again.dcm"
        #expect(try program.run("export", "seg", "\(scan)", again, "--fractional").code == 0)
        let files = try [file, again].map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
        #expect(files[0] == files[1])
    }

    @Test("a series whose columns run to the right, and an oblique one")
    func otherDirections() throws {
        for (name, axes) in [
            ("mirrored", "-1\\0\\0\\0\\1\\0"),
            ("oblique", "1\\0\\0\\0\\0.9961947\\0.0871557"),
        ] {
            let study = try writeHeadStudy(to: folder + "/" + name, series: "1.2.3.7") {
                slice, file in
                file[0x0010_0020] = .text("LO", name)
                file[0x0020_0037] = .text("DS", axes)
                guard name == "oblique" else { return }
                // The stack runs along the normal of its slices.
                let step = Double(slice) * 1.5
                file[0x0020_0032] = .text(
                    "DS", "-30\\\(-30 - 0.0871557 * step)\\\(0.9961947 * step)")
            }
            let scan = try register(study)
            let file = folder + "/\(name).dcm"
            #expect(try program.run("export", "seg", "\(scan)", file).code == 0)
            #expect(try expectMask(of: scan, in: file) > 100, "\(name)")
        }
    }

    @Test("an enhanced image is referred to frame by frame", arguments: [[], ["--fractional"]])
    func enhanced(options: [String]) throws {
        let head = head(spots: [([22, 0, 12], 4)])
        let shape = head.shape
        let file = DICOMFile(
            enhanced: shape.depth, rows: shape.height, columns: shape.width,
            pixels: head.voxels.map { UInt16($0) }, spacing: "0.8\\0.8"
        ) { frame in
            let origin = head.affine.point(Double(frame - 1), 0, 0)
            return "\(origin.x)\\\(origin.y)\\\(origin.z)"
        }
        try file.write(to: folder + "/enhanced.dcm")
        let scan = try register(folder + "/enhanced.dcm")
        let seg = folder + "/seg.dcm"
        let run = try program.run(["export", "seg", "\(scan)", seg] + options)
        #expect(run.code == 0, "\(run.err)")
        let dump = try tool("dcmdump", "+L", seg)
        #expect(Set(values("0008,1155", dump)) == ["1.2.3.4.1"])
        let frames = values("0008,1160", dump).compactMap { Int($0) }
        let positions = values("0020,0032", dump).map { numbers($0)[2] }
        #expect(frames.count == positions.count && !frames.isEmpty)
        for (frame, z) in zip(frames, positions) {
            #expect(abs(head.affine.point(Double(frame - 1), 0, 0).z - z) < 1e-4)
        }
        if options.isEmpty { #expect(try expectMask(of: scan, in: seg) > 100) }
    }

    @Test("a patient's identifier beyond ASCII", arguments: ["Müller-7", "ПАЦ-1"])
    func characters(patient: String) throws {
        let study = try writeHeadStudy(to: folder + "/study") {
            $1[0x0008_0005] = .text("CS", "ISO_IR 192")
            $1[0x0010_0020] = .text("LO", patient)
        }
        let scan = try register(study)
        for kind in ["seg", "sr"] {
            let file = folder + "/\(kind).dcm"
            let run = try program.run("export", kind, "\(scan)", file)
            #expect(run.code == 0, "\(kind): \(run.err)")
            let dump = try tool("dcmdump", "+L", file)
            #expect(values("0010,0020", dump) == [patient], "\(kind)")
            #expect(values("0008,0005", dump) == ["ISO_IR 192"], "\(kind)")
        }
    }

    @Test("the same segmentation is the same file; a later exam has the same tracking UID")
    func lasting() throws {
        let first = try register(writeHeadStudy(to: folder + "/a"))
        let second = try register(
            writeHeadStudy(to: folder + "/b", series: "1.2.3.5", half: 5) {
                $1[0x0008_0022] = .text("DA", "20210103")
            })
        let files = ["1", "2", "3"].map { folder + "/\($0).dcm" }
        let runs = try zip([first, first, second], files).map {
            try program.run("export", "seg", "\($0)", $1, "--format", "json").list()
        }
        let datas = try files.map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
        #expect(datas[0] == datas[1] && datas[0] != datas[2])
        let tracking = runs.map { $0[0]["trackingUid"] as? String }
        #expect(tracking[0] != nil && tracking[0] == tracking[2])
        let instances = runs.map { $0[0]["sopInstanceUid"] as? String }
        #expect(instances[0] == instances[1] && instances[0] != instances[2])
    }

    @Test("the report holds the store's numbers and points to the segmentation")
    func report() throws {
        _ = try register(writeHeadStudy(to: folder + "/a"))
        let scan = try register(
            writeHeadStudy(to: folder + "/b", series: "1.2.3.5", half: 5) {
                $1[0x0008_0022] = .text("DA", "20210103")
            })
        let seg = try program.run(
            "export", "seg", "\(scan)", folder + "/seg.dcm", "--format", "json"
        ).list()[0]
        let file = folder + "/sr.dcm"
        let row = try program.run("export", "sr", "\(scan)", file, "--format", "json").list()[0]
        let text = try tool("dsrdump", "+Pu", file)
        let volume = try #require(row["volumeMm3"] as? Double)
        func number(_ name: String) throws -> Double {
            let line = try #require(
                text.split(separator: "\n").first { $0.contains("\"\(name)\")=\"") }, "\(name)")
            return try #require(line.firstMatch(of: /\)="([^"]+)"/).flatMap { Double($0.output.1) })
        }
        #expect(abs(try number("Volume") / volume - 1) < 1e-12)
        let growth = try program.run("growth", "P1", "--format", "json").object()
        let tumours = try #require(growth["tumours"] as? [[String: Any]])
        let exams = try #require(tumours[0]["exams"] as? [[String: Any]])
        let volumes = exams.compactMap { $0["volumeMm3"] as? Double }
        try #require(volumes.count == 2)
        let change = 100 * (volumes[1] / volumes[0] - 1)
        #expect(abs(try number("Volume change from the baseline exam") - change) < 1e-9)
        #expect(abs(try number("Volume change from the previous exam") - change) < 1e-9)
        let diameter = pow(6 * volume / .pi, 1.0 / 3)
        let stated = try number("Diameter of the sphere of equal volume")
        #expect(abs(stated - diameter) < 1e-9)
        let dump = try tool("dcmdump", "+L", file)
        #expect(values("0008,1155", dump).contains(try #require(seg["sopInstanceUid"] as? String)))
        #expect(values("0040,a124", dump).contains(try #require(seg["trackingUid"] as? String)))
        #expect(text.contains("Intended use") && text.contains("2020-01-03"))
    }

    @Test("what cannot be exported is refused with a reason, and leaves no file")
    func refused() throws {
        let study = try writeHeadStudy(to: folder + "/study")
        let scan = try register(study)
        let image = try ScanInput.read(study).image
        try NIfTIWriter.write(image.volume, to: folder + "/n.nii.gz")
        let nifti = try program.run(
            "register", "scan", folder + "/n.nii.gz", "--patient", "N", "--date", "2020-01-03",
            "--sequence", "T2", "--format", "json"
        ).object()["scan"]
        let bare = try register(
            writeHeadStudy(to: folder + "/bare", series: "1.2.3.6") {
                $1[0x0010_0020] = .text("LO", "P2")
                $1[0x0020_0052] = nil
            })
        let empty = try register(
            // A cube of no size.
            writeHeadStudy(to: folder + "/empty", series: "1.2.3.8", half: -1) {
                $1[0x0010_0020] = .text("LO", "P3")
            })
        let before = try program.contents()
        let file = folder + "/out.dcm"
        for kind in ["seg", "sr"] {
            for (number, reason) in [
                ("\(nifti ?? 0)", "NIfTI"), ("\(bare)", "FrameOfReferenceUID"),
                ("\(empty)", "No tumour"), ("99", "99"),
            ] {
                let run = try program.run("export", kind, number, file)
                #expect(run.code != 0 && run.err.contains(reason), "\(kind) \(number): \(run.err)")
            }
            let run = try program.run("export", kind, "\(scan)", folder + "/none/out.dcm")
            #expect(run.code != 0 && run.err.contains("cannot be written"), "\(run.err)")
        }
        #expect(try program.contents() == before)
        let left = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(!left.contains { $0.contains("out.dcm") })
    }

    @Test("objects are filed as the source study is, under its PatientID; --source adds the name")
    func filed() throws {
        let study = try writeHeadStudy(to: folder + "/study") {
            $1[0x0008_0030] = .text("TM", "101530")
            $1[0x0008_0050] = .text("SH", "ACC7")
            $1[0x0010_0010] = .text("PN", "Doe^Jane")
            $1[0x0020_0010] = .text("SH", "S1")
        }
        #expect(try program.run("register", "scan", study, "--patient", "Q9").code == 0)
        for kind in ["seg", "sr"] {
            let file = folder + "/\(kind).dcm"
            #expect(try program.run("export", kind, "1", file).code == 0)
            let dump = try tool("dcmdump", "+L", file)
            for (tag, value) in [
                ("0010,0020", "P1"), ("0008,0020", "20200102"), ("0008,0030", "101530"),
                ("0008,0050", "ACC7"), ("0020,0010", "S1"),
            ] {
                #expect(values(tag, dump).first == value, "\(kind) \(tag)")
            }
            #expect(!dump.contains("Doe") && !dump.contains("Q9"))
            let named = try program.run("export", kind, "1", file, "--source", study)
            #expect(named.code == 0 && !(named.out + named.err).contains("Doe"), "\(named.err)")
            #expect(values("0010,0010", try tool("dcmdump", "+L", file)) == ["Doe^Jane"])
        }
        let other = try writeHeadStudy(to: folder + "/other") {
            $1[0x0020_000D] = .text("UI", "1.2.9")
        }
        let wrong = try program.run("export", "seg", "1", folder + "/w.dcm", "--source", other)
        #expect(wrong.code != 0 && wrong.err.contains("no image of the study 1.2.3"))
        #expect(!FileManager.default.fileExists(atPath: folder + "/w.dcm"))
    }

    @Test("a pseudonymised scan is written with its pseudonym, and a note tells")
    func pseudonymised() throws {
        let study = try writeHeadStudy(to: folder + "/P1")
        #expect(try program.run("register", "scan", study, "--pseudonymise").code == 0)
        let file = folder + "/seg.dcm"
        let run = try program.run("export", "seg", "1", file)
        #expect(run.code == 0 && run.err.contains("pseudonymised"))
        let dump = try tool("dcmdump", "+L", file)
        #expect(values("0010,0020", dump).allSatisfy { $0.hasPrefix("VS") })
        #expect(!dump.contains("[P1]") && !dump.contains("1.2.3.4."))
    }
}
