public import GRDB
public import VSGrowth

// The records are read straight from rows; domain types convert here and nowhere else.

extension ExamDate: DatabaseValueConvertible {
    /// `YYYY-MM-DD`.
    public var databaseValue: DatabaseValue { iso.databaseValue }

    /// Reads `YYYY-MM-DD`.
    public static func fromDatabaseValue(_ value: DatabaseValue) -> ExamDate? {
        String.fromDatabaseValue(value).flatMap { ExamDate(iso: $0) }
    }
}

extension PatientRecord: FetchableRecord {}
extension ScanRecord: FetchableRecord {}
extension ModelRecord: FetchableRecord {}
extension SegmentationRecord: FetchableRecord {}
extension VolumeRecord: FetchableRecord {}
extension RepeatabilityRecord: FetchableRecord {}
extension ExamRecord: FetchableRecord {}
extension FlagRecord: FetchableRecord {}
extension AnswerRecord: FetchableRecord {}
extension FindingRecord: FetchableRecord {}
extension ReviewRecord: FetchableRecord {}
extension ManualVolumeRecord: FetchableRecord {}
extension AcknowledgementRecord: FetchableRecord {}
extension JobRecord: FetchableRecord {}
extension CampaignRecord: FetchableRecord {}
extension ScheduleRecord: FetchableRecord {}
extension ArchiveRecord: FetchableRecord {}
extension ArchiveStudyRecord: FetchableRecord {}
extension ArchiveObjectRecord: FetchableRecord {}
