import GRDB

extension Store {
    /// How steadily a volume was measured; nil where its scan was measured once.
    public func repeatability(ofVolume id: Int64) throws -> RepeatabilityRecord? {
        try read {
            try RepeatabilityRecord.fetchOne(
                $0, sql: "SELECT * FROM repeatability WHERE volumeId = ?", arguments: [id])
        }
    }

    static func insert(
        _ db: Database, _ record: RepeatabilityRecord, volume: Int64
    ) throws {
        try db.execute(
            sql: """
                INSERT INTO repeatability (volumeId, runs, found, spreadSD, modelSD, detail,
                    softwareVersion)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                volume, record.runs, record.found, record.spreadSD, record.modelSD, record.detail,
                record.softwareVersion,
            ])
    }
}
