// DICOM SR by template TID 1500 of DCMTK's cmr; see CDICOM.h.
#include "results.h"

#include <dcmtk/dcmsr/cmr/tid1500.h>
#include <dcmtk/dcmsr/dsrdoc.h>

using vsdb::demand;

namespace {

DSRCodedEntryValue coded(const vsdb::Code &code) {
    return DSRCodedEntryValue(code.value.c_str(), code.scheme.c_str(), code.meaning.c_str());
}

void addImages(TID1500_MeasurementReport &report, const vsdb_result &result) {
    TID1600_ImageLibrary &library = report.getImageLibrary();
    demand(library.createNewImageLibrary(), "image library");
    demand(library.addImageGroup(), "image library");
    for (const std::string &instance : result.images()) {
        DcmDataset image;
        demand(image.putAndInsertOFStringArray(DCM_SOPClassUID, result[VSDB_RESULT_SOURCE_CLASS]),
               "image");
        demand(image.putAndInsertString(DCM_SOPInstanceUID, instance.c_str()), "image");
        demand(image.putAndInsertString(DCM_Modality, "MR"), "image");
        demand(library.addImageEntry(image, TID1600_ImageLibrary::withoutDescriptors),
               "image library");
    }
}

void addTumour(TID1500_MeasurementReport &report, const vsdb_result &result,
               const vsdb::Tumour &tumour, size_t segment) {
    demand(report.addVolumetricROIMeasurements(OFFalse), "measurement group");
    auto &group = report.getVolumetricROIMeasurements();
    demand(group.setTrackingIdentifier(tumour.label.c_str()), "tracking identifier");
    demand(group.setTrackingUniqueIdentifier(tumour.trackingUid.c_str()), "tracking UID");
    demand(group.setFinding(DSRCodedEntryValue("985004", "SCT", "Schwannoma")), "finding");
    demand(group.setTimePoint(result[VSDB_RESULT_TIME_POINT]), "time point");
    DSRImageReferenceValue reference(UID_SegmentationStorage, result[VSDB_RESULT_INSTANCE]);
    reference.getSegmentList().addItem(Uint16(segment));
    demand(group.setReferencedSegment(reference), "referenced segment");
    demand(group.setSourceSeriesForSegmentation(result[VSDB_RESULT_SOURCE_SERIES]),
           "source series");
    demand(group.addFindingSite(
               DSRCodedEntryValue("8598002", "SCT", "Vestibulocochlear nerve"),
               CID244e_Laterality(tumour.isRight ? CMR_CID244e::Right : CMR_CID244e::Left)),
           "finding site");
    using Value = TID1500_MeasurementReport::TID1411_Measurements::MeasurementValue;
    for (const vsdb::Number &number : tumour.numbers) {
        demand(group.addMeasurement(coded(number.concept_),
                                    Value(number.number.c_str(), coded(number.unit))),
               number.concept_.meaning.c_str());
        if (result.isManual()) { continue; }
        demand(group.getMeasurement().setAlgorithmIdentification(
                   result[VSDB_RESULT_MODEL], result[VSDB_RESULT_MODEL_VERSION]),
               "algorithm");
    }
    for (const vsdb::Sentence &sentence : tumour.sentences) {
        demand(group.addQualitativeEvaluation(coded(sentence.concept_), sentence.text.c_str()),
               sentence.concept_.meaning.c_str());
    }
}

void describe(DSRDocument &document, const vsdb_result &result) {
    demand(document.setSpecificCharacterSetType(DSRTypes::CS_UTF8), "character set");
    demand(document.createNewSeriesInStudy(result[VSDB_RESULT_STUDY]), "study");
    demand(document.setSeriesNumber(result.isManual() ? "9705" : "9702"), "series");
    demand(document.setSeriesDescription(result.isManual()
                                             ? "vsdb, outline's measurements, research use only"
                                             : "vsdb measurements, research use only"),
           "series");
    demand(document.setManufacturer("vsdb"), "manufacturer");
    demand(document.setManufacturerModelName(result.device()), "model");
    demand(document.setDeviceSerialNumber(result.serial()), "model");
    demand(document.setSoftwareVersions(result[VSDB_RESULT_SOFTWARE]), "software");
    DSRCodingSchemeIdentificationList &schemes = document.getCodingSchemeIdentification();
    demand(schemes.addItem("99VSDB"), "coding scheme");
    demand(schemes.setCodingSchemeName("vsdb, private"), "coding scheme");
    auto &evidence = document.getCurrentRequestedProcedureEvidence();
    demand(evidence.addItem(result[VSDB_RESULT_STUDY], result[VSDB_RESULT_SERIES],
                            UID_SegmentationStorage, result[VSDB_RESULT_INSTANCE]),
           "evidence");
    for (const std::string &instance : result.images()) {
        demand(evidence.addItem(result[VSDB_RESULT_STUDY], result[VSDB_RESULT_SOURCE_SERIES],
                                result[VSDB_RESULT_SOURCE_CLASS], instance.c_str()),
               "evidence");
    }
}

int write(const vsdb_result &result, const char *path, std::string &reason) {
    TID1500_MeasurementReport report(CMR_CID7021::ImagingMeasurementReport);
    demand(report.setLanguage(CID5000_Languages::English), "language");
    demand(report.getObservationContext().addDeviceObserver(
               result[VSDB_RESULT_DEVICE], "vsdb", "vsdb", result.device(), result.serial()),
           "device");
    if (!result.values[VSDB_RESULT_READER].empty()) {
        // Unchecked, as DCMTK does not know yet that the text is UTF-8.
        demand(report.getObservationContext().addPersonObserver(
                   result[VSDB_RESULT_READER], "", CID7452_OrganizationalRoles(),
                   CID7453_PerformingRoles(), OFFalse),
               "reader");
    }
    demand(report.addProcedureReported(CMR_CID100::ImagingProcedure), "procedure");
    addImages(report, result);
    for (size_t tumour = 0; tumour < result.tumours.size(); tumour++) {
        addTumour(report, result, result.tumours[tumour], tumour + 1);
    }
    demand(report.addQualitativeEvaluation(
               DSRCodedEntryValue("intended-use", "99VSDB", "Intended use"),
               result[VSDB_RESULT_INTENDED_USE]),
           "intended use");
    DSRDocument document;
    demand(document.setTreeFromRootTemplate(report, OFTrue), "report");
    describe(document, result);
    demand(document.completeDocument(), "report");
    DcmFileFormat file;
    DcmDataset &dataset = *file.getDataset();
    demand(document.write(dataset), "report");
    vsdb::stamp(result, dataset, VSDB_RESULT_REPORT_SERIES, VSDB_RESULT_REPORT_INSTANCE);
    return vsdb::save(file, path, reason);
}

} // namespace

int vsdb_result_write_report(const vsdb_result *result, const char *path, char *reason,
                             size_t size) {
    return vsdb::writing(reason, size,
                         [&](std::string &why) { return write(*result, path, why); });
}
