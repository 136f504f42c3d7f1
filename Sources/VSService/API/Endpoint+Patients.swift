import VSReport
import VSStore
import VSSurveillance

extension Endpoint {
    /// Patients and what belongs to one.
    static let patients: [Endpoint] = [
        Endpoint(
            path: "/patients", name: "listPatients", summary: "Patients, by identifier.",
            parameters: paging, content: .page(TextTable(patients: []).columns),
            action: "list patients"
        ) { question in
            let limit = try question.limit()
            let page = try question.store.patientSummaries(
                after: question.query["after"], limit: limit)
            return try Answer(
                page: TextTable(patients: page),
                next: page.count < limit ? nil : page.last?.identifier)
        },
        Endpoint(
            path: "/patients/{patient}", name: "getPatient",
            summary: "A patient's tumours, treatments and acknowledgements.",
            content: .object(["patient", "tumours", "acknowledgements"]), action: "read patient"
        ) { question in
            try Answer(
                json: RecordDocument(patient: question.text("patient"), in: question.store).object)
        },
        Endpoint(
            path: "/patients/{patient}/scans", name: "listScans", summary: "A patient's scans.",
            content: .page(TextTable(scans: []).columns), action: "read patient"
        ) { question in
            let scans = try question.store.scanSummaries(patient: question.text("patient"))
            return try Answer(page: TextTable(scans: scans), next: nil)
        },
        Endpoint(
            path: "/patients/{patient}/segmentations", name: "listSegmentations",
            summary: "What models said of a patient's scans.",
            content: .page(TextTable(segmentations: []).columns), action: "read patient"
        ) { question in
            let found = try question.store.segmentationSummaries(
                patient: question.text("patient"))
            return try Answer(page: TextTable(segmentations: found), next: nil)
        },
        Endpoint(
            path: "/patients/{patient}/growth", name: "getGrowth",
            summary: "The volumes, changes and class of each of a patient's tumours.",
            content: .object(["patient", "tumours", "examsWithoutTumour", "intendedUse"]),
            action: "read growth"
        ) { question in
            let patient = question.text("patient")
            _ = try question.store.patient(patient)
            let growth = try question.surveillance.growth(of: patient)
            return try Answer(json: GrowthDocument(growth).object)
        },
    ]
}
