import Dispatch
import Foundation
import Synchronization
import VSImaging

/// Writes simulated patients as files:
/// `DIR/pNNN/eK_image.nii.gz`, `DIR/pNNN/eK_mask.nii.gz` and `DIR/manifest.json`; K counts from 1.
public struct PhantomWriter<Generator: PatientGenerator>: Sendable {
    private let generator: Generator
    private let folder: String
    private let courses: [GrowthLaw.Family]
    private let initialVolumeMm3: Double?

    /// A writer into a folder, which is made when absent.
    ///
    /// - Parameters:
    ///   - generator: makes the patients.
    ///   - folder: where they go.
    ///   - courses: the patients' courses in turn; empty draws them.
    ///   - initialVolumeMm3: every tumour's volume at the first exam; nil draws it.
    public init(
        _ generator: Generator, folder: String, courses: [GrowthLaw.Family] = [],
        initialVolumeMm3: Double? = nil
    ) {
        self.generator = generator
        self.folder = folder
        self.courses = courses
        self.initialVolumeMm3 = initialVolumeMm3
    }

    /// Writes patients `0 ..< patients` with `exams` exams each, on all processors.
    ///
    /// - Parameters:
    ///   - patients: How many; each is written whole, and the manifest last of all.
    ///   - exams: Exams per patient, at least 1.
    ///   - progress: Told the number of scans written so far, from any thread.
    /// - Returns: The manifest, as written.
    /// - Throws: `PhantomError` for a bad request or a folder that cannot be written, `ImagingError`
    ///   for an image that cannot.
    @discardableResult
    public func write(
        patients: Int, exams: Int, progress: @Sendable (Int) -> Void = { _ in }
    ) throws -> PhantomManifest {
        guard patients > 0, exams > 0 else {
            throw PhantomError(
                .request, subject: "phantom",
                message:
                    "\(patients) patients with \(exams) exams is not a positive number of scans.",
                remedy: "Ask for at least one patient and one exam.")
        }
        let cohort = (0..<patients).map { number in
            generator.patient(
                number, exams: exams,
                family: courses.isEmpty ? nil : courses[number % courses.count],
                initialVolumeMm3: initialVolumeMm3)
        }
        for patient in cohort { try makeFolder(folder + "/" + patient.id) }
        let done = Mutex<[Int: PhantomManifest.Exam]>([:])
        let failure = Mutex<(any Error)?>(nil)
        DispatchQueue.concurrentPerform(iterations: patients * exams) { job in
            guard failure.withLock({ $0 == nil }) else { return }
            do {
                let record = try write(cohort[job / exams], exam: job % exams)
                let count = done.withLock { done in
                    done[job] = record
                    return done.count
                }
                progress(count)
            } catch {
                failure.withLock { $0 = $0 ?? error }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
        let records = done.withLock { $0 }
        let manifest = PhantomManifest(
            generator: Generator.name, generatorVersion: Generator.version,
            seed: generator.seed, split: generator.split,
            patients: cohort.enumerated().map { number, patient in
                PhantomManifest.Patient(
                    id: patient.id, side: patient.side, shapeSubject: patient.subject,
                    head: patient.head, law: patient.law,
                    exams: (0..<exams).compactMap { records[number * exams + $0] })
            })
        try manifest.write(folder: folder)
        return manifest
    }

    private func write(
        _ patient: Generator.Patient, exam: Int
    ) throws -> PhantomManifest.Exam {
        let scan = patient.scan(exam: exam)
        let stem = "\(patient.id)/e\(exam + 1)"
        let image = stem + "_image.nii.gz"
        let mask = stem + "_mask.nii.gz"
        try NIfTIWriter.write(scan.image, to: folder + "/" + image)
        try NIfTIWriter.write(scan.truth, to: folder + "/" + mask)
        return PhantomManifest.Exam(
            image: image, mask: mask, date: scan.date, years: patient.exams[exam].years,
            sequence: scan.sequence, trueVolumeMm3: scan.trueVolumeMm3,
            maskVolumeMm3: scan.trueVolumeMm3.map { _ in scan.truth.volumeMm3() },
            spacingMm: scan.image.affine.spacing)
    }

    private func makeFolder(_ path: String) throws(PhantomError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        } catch {
            throw PhantomError(
                .unwritable, subject: path,
                message: "the folder cannot be made (\(error.localizedDescription)).",
                remedy: "Choose a folder that can be written.")
        }
    }
}
