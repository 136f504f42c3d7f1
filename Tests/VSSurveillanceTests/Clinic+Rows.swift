import Foundation
import VSSegmentation
import VSStore

extension Clinic {
    /// The database's bytes, with those of its write-ahead log: equal where no row was written.
    func databaseBytes() throws -> [Data] {
        try ["", "-wal"].map { try Data(contentsOf: URL(fileURLWithPath: database + $0)) }
    }

    /// The code of the store's or the network's error that a call ends with; nil without one.
    func code(of body: () throws -> Void) throws -> String? {
        do {
            try body()
            return nil
        } catch let error as StoreError {
            return error.code.rawValue
        } catch let error as SegmentationError {
            return error.code.rawValue
        }
    }
}
