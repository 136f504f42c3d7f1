import Foundation
public import VSGrowth
import VSStore
public import VSSurveillance

/// Follows an Orthanc: registers the T2 series of studies that have become stable, and sends the
/// segmentation and report of each back, once.
///
/// How far the changes are read, what became of each study and the results themselves are in the store,
/// so that it goes on where it was however often either side is restarted. A study whose MR series are
/// as they were is not fetched again; one that is fetched again after a crash is the same scan; and a
/// result that is sent again is the same instance, which Orthanc keeps once. Of what it holds nothing is
/// ever deleted but results that were sent of a series with some of its images, after those of all.
public struct OrthancFollower: Sendable {
    /// What one look did.
    public struct Round: Sendable, Hashable {
        /// Studies of which a scan is registered.
        public var registered = 0
        /// Studies that were refused, or hold nothing that could be T2.
        public var passed = 0
        /// Results that were sent.
        public var sent = 0
        /// Results of incomplete series that were deleted in the archive.
        public var takenBack = 0
    }

    let address: ArchiveAddress
    let surveillance: Surveillance
    let isQueued: Bool
    let today: @Sendable () -> ExamDate
    /// The wait before images that broke off are asked for again.
    package var retryPause: Duration = .seconds(2)

    /// A follower.
    ///
    /// - Parameters:
    ///   - address: Orthanc's REST API.
    ///   - surveillance: the use cases that register.
    ///   - isQueued: whether workers are to segment; results are then sent once they have.
    ///   - today: exams after this day are refused.
    public init(
        _ address: ArchiveAddress, _ surveillance: Surveillance, isQueued: Bool = false,
        today: @escaping @Sendable () -> ExamDate
    ) {
        self.address = address
        self.surveillance = surveillance
        self.isQueued = isQueued
        self.today = today
    }

    /// Follows until the task is cancelled; an archive that is away, and a busy store, are waited for.
    ///
    /// - Parameters:
    ///   - interval: how often it looks.
    ///   - report: told what happened, a sentence.
    /// - Throws: `PACSError` where the archive does not let it in, `StoreError` where the store cannot
    ///   be read or written. A cancelled task ends it without an error.
    public func run(
        every interval: Duration = .seconds(5), report: @escaping @Sendable (String) -> Void
    ) async throws {
        var trouble: String?
        while !Task.isCancelled {
            do {
                _ = try await once(report: report)
                if trouble != nil { report("\(address.text): It answers again.") }
                trouble = nil
            } catch is CancellationError {
                return
            } catch let error as PACSError where error.code == .unavailable {
                // Once is enough, however long it is away.
                if trouble == nil { report("\(error) It is asked again.") }
                trouble = error.message
            } catch let error as StoreError where error.code == .busy {
                // The next look comes soon enough.
            }
            do {
                try await Task.sleep(for: interval)
            } catch {
                return
            }
        }
    }

    /// Follows as ``run(every:report:)`` until the task is cancelled; an error is reported and following
    /// begins anew after a pause, so that what else the process serves goes on.
    ///
    /// - Parameters:
    ///   - pause: the wait after an error.
    ///   - report: told what happened, a sentence.
    public func keepRunning(
        pause: Duration = .seconds(60), report: @escaping @Sendable (String) -> Void
    ) async {
        while !Task.isCancelled {
            do {
                try await run(report: report)
            } catch {
                report("following pauses for \(pause.components.seconds) s. \(error)")
                try? await Task.sleep(for: pause)
            }
        }
    }

    /// Reads the changes to their end and sends what is to be sent.
    ///
    /// - Parameter report: told what happened, a sentence.
    /// - Returns: what was done.
    /// - Throws: `PACSError`, `StoreError`, or `CancellationError`; what was done until then stays.
    @discardableResult
    public func once(report: @escaping @Sendable (String) -> Void = { _ in }) async throws -> Round
    {
        try await ArchiveClient.use(address) { client in
            let orthanc = OrthancArchive(client: client)
            var archive = try surveillance.store.archive(address.text)
            var round = Round()
            try await send(archive, orthanc, &round, report)
            // An Orthanc that was emptied counts from the beginning.
            if try await orthanc.lastChange() < archive.position { archive.position = 0 }
            // The changes are read to their end, and again from before a study that is not stable yet.
            var (next, held) = (archive.position, Int64.max)
            while true {
                let page = try await orthanc.changes(after: next)
                for change in page.changes {
                    try Task.checkCancellation()
                    next = change.number
                    guard let study = try await orthanc.study(of: change) else { continue }
                    guard study.isStable else {
                        held = min(held, change.number - 1)
                        continue
                    }
                    try await take(study, archive, orthanc, &round, report)
                    try await send(archive, orthanc, &round, report)
                }
                let position = min(next, held)
                if position != archive.position {
                    try surveillance.store.setPosition(position, ofArchive: archive.id)
                    archive.position = position
                }
                if page.isDone || page.changes.isEmpty { return round }
            }
        }
    }
}
