public import VSGrowth
public import VSStore

/// How one model's volumes agree with people's.
public struct ModelAgreement: Sendable {
    /// One band of volume.
    public struct Band: Sendable {
        /// The band; nil for all volumes.
        public let band: AgreementBand?
        /// Pairs in it.
        public let count: Int
        /// Bias and limits of ln (model / person); nil for fewer than two pairs.
        public let limits: LimitsOfAgreement?
    }

    /// Model name and version.
    public let model: String
    /// SHA-256 of the model's file.
    public let modelSha256: String
    /// Volumes of the model and the person, of every tumour that both measured.
    public let pairs: [AgreementPair]
    /// Tumours that a person outlined and the model did not find.
    public let missed: Int
    /// All volumes first, then each band.
    public let bands: [Band]

    init(_ all: [AgreementPair]) {
        model = all.first?.model ?? ""
        modelSha256 = all.first?.modelSha256 ?? ""
        pairs = all.filter { $0.modelVolumeMm3 != nil }
        missed = all.count - pairs.count
        let volumes = pairs.compactMap { pair in
            pair.modelVolumeMm3.map { (first: $0, second: pair.manualVolumeMm3) }
        }
        let parts = AgreementBand.allCases.map { band in
            let part = volumes.filter { AgreementBand(first: $0.first, second: $0.second) == band }
            return Band(band: band, count: part.count, limits: LimitsOfAgreement(part))
        }
        bands =
            [Band(band: nil, count: volumes.count, limits: LimitsOfAgreement(volumes))] + parts
    }
}

extension Surveillance {
    /// How each model's volumes agree with people's outlines, live from the store.
    ///
    /// - Throws: `StoreError` where the store cannot be read.
    public func agreement() throws -> [ModelAgreement] {
        var models: [String] = []
        var pairs: [String: [AgreementPair]] = [:]
        for pair in try store.agreementPairs() {
            if pairs[pair.modelSha256] == nil { models.append(pair.modelSha256) }
            pairs[pair.modelSha256, default: []].append(pair)
        }
        return models.compactMap { pairs[$0] }.map(ModelAgreement.init)
    }
}
