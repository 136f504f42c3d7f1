// DICOM Segmentation by DCMTK's dcmseg; see CDICOM.h.
#include "results.h"

#include <dcmtk/dcmfg/fgderimg.h>
#include <dcmtk/dcmfg/fgfracon.h>
#include <dcmtk/dcmfg/fgpixmsr.h>
#include <dcmtk/dcmfg/fgplanor.h>
#include <dcmtk/dcmfg/fgplanpo.h>
#include <dcmtk/dcmseg/segdoc.h>
#include <dcmtk/dcmseg/segment.h>

using vsdb::demand;

namespace {

void nameAlgorithm(DcmSegment &segment, const vsdb_result &result) {
    AlgorithmIdentificationMacro &algorithm = segment.getSegmentationAlgorithmIdentification();
    demand(algorithm.getAlgorithmFamilyCode().set("123109", "DCM", "Artificial Intelligence"),
           "algorithm family");
    demand(algorithm.setAlgorithmName(result[VSDB_RESULT_MODEL]), "algorithm");
    demand(algorithm.setAlgorithmVersion(result[VSDB_RESULT_MODEL_VERSION]), "algorithm version");
}

void addSegment(DcmSegmentation &segmentation, const vsdb_result &result,
                const vsdb::Tumour &tumour) {
    // PS3.16 CID 7150 for the category; type and place are SNOMED CT's.
    const CodeSequenceMacro category("49755003", "SCT", "Morphologically Abnormal Structure");
    const CodeSequenceMacro schwannoma("985004", "SCT", "Schwannoma");
    DcmSegment *raw = nullptr;
    demand(DcmSegment::create(raw, tumour.label.c_str(), category, schwannoma,
                              result.isManual() ? DcmSegTypes::SAT_MANUAL
                                                : DcmSegTypes::SAT_AUTOMATIC,
                              result[VSDB_RESULT_MODEL]),
           "segment");
    std::unique_ptr<DcmSegment> segment(raw);
    demand(segment->setTrackingID(tumour.label.c_str()), "tracking identifier");
    demand(segment->setTrackingUID(tumour.trackingUid.c_str()), "tracking UID");
    if (!result.isManual()) { nameAlgorithm(*segment, result); }
    GeneralAnatomyMacro &anatomy = segment->getGeneralAnatomyCode();
    demand(anatomy.getAnatomicRegion().set("8598002", "SCT", "Vestibulocochlear nerve"),
           "anatomic region");
    anatomy.getAnatomicRegionModifier().push_back(
        tumour.isRight ? new CodeSequenceMacro("24028007", "SCT", "Right")
                       : new CodeSequenceMacro("7771000", "SCT", "Left"));
    demand(segment->setRecommendedDisplayCIELabValue(43803, 26565, 37722), "colour");
    Uint16 number = 0;
    demand(segmentation.addSegment(segment.get(), number), "segment");
    (void)segment.release(); // it is the segmentation's now
}

void addShared(DcmSegmentation &segmentation, const vsdb_result &result) {
    FGPixelMeasures measures;
    demand(measures.setPixelSpacing(result[VSDB_RESULT_PIXEL_SPACING]), "pixel spacing");
    demand(measures.setSliceThickness(result[VSDB_RESULT_SLICE_SPACING]), "slice thickness");
    demand(measures.setSpacingBetweenSlices(result[VSDB_RESULT_SLICE_SPACING]), "slice spacing");
    demand(segmentation.addForAllFrames(measures), "pixel measures");
    const auto axes = vsdb::parts(result.values[VSDB_RESULT_ORIENTATION]);
    if (axes.size() != 6) { throw vsdb::Refused("orientation: not six numbers"); }
    const std::unique_ptr<FGPlaneOrientationPatient> orientation(
        FGPlaneOrientationPatient::createMinimal(axes[0].c_str(), axes[1].c_str(), axes[2].c_str(),
                                                 axes[3].c_str(), axes[4].c_str(),
                                                 axes[5].c_str()));
    if (!orientation) { throw vsdb::Refused("orientation: refused"); }
    demand(segmentation.addForAllFrames(*orientation), "orientation");
}

void addFrame(DcmSegmentation &segmentation, const vsdb_result &result, size_t tumour,
              size_t index, const uint8_t *pixels, size_t count) {
    const vsdb::Slice &slice = result.slices[index];
    const auto place = vsdb::parts(slice.position);
    if (place.size() != 3) { throw vsdb::Refused("position: not three numbers"); }
    const std::unique_ptr<FGPlanePosPatient> position(FGPlanePosPatient::createMinimal(
        place[0].c_str(), place[1].c_str(), place[2].c_str()));
    ImageSOPInstanceReferenceMacro *raw = nullptr;
    demand(ImageSOPInstanceReferenceMacro::create(result[VSDB_RESULT_SOURCE_CLASS],
                                                  slice.instance.c_str(), OFVector<Uint16>(), raw),
           "source image");
    const std::unique_ptr<ImageSOPInstanceReferenceMacro> reference(raw);
    // DCMTK refuses frames that are given to create.
    if (slice.frame > 0) {
        demand(reference->addReferencedFrameNumber(Uint16(slice.frame)), "source frame");
    }
    const std::unique_ptr<FGDerivationImage> derivation(DcmSegmentation::createDerivationImageFG(
        OFVector<ImageSOPInstanceReferenceMacro>(1, *reference), "Segmentation"));
    if (!position || !derivation) { throw vsdb::Refused("frame: refused"); }
    FGFrameContent content;
    demand(content.setStackID("1"), "stack");
    demand(content.setInStackPositionNumber(Uint32(index + 1)), "place in the stack");
    demand(content.setDimensionIndexValues(Uint32(tumour + 1), 0), "dimension");
    demand(content.setDimensionIndexValues(Uint32(index + 1), 1), "dimension");
    OFVector<FGBase *> groups;
    groups.push_back(position.get());
    groups.push_back(derivation.get());
    groups.push_back(&content);
    std::vector<Uint8> frame(pixels, pixels + count); // DCMTK asks for what it may change
    demand(segmentation.addFrame(frame.data(), Uint16(tumour + 1), groups), "frame");
}

// Adds the frames that hold something; throws where a tumour has none.
void addFrames(DcmSegmentation &segmentation, const vsdb_result &result, const uint8_t *masks,
               size_t count) {
    for (size_t tumour = 0; tumour < result.tumours.size(); tumour++) {
        size_t added = 0;
        for (size_t slice = 0; slice < result.slices.size(); slice++) {
            const uint8_t *pixels = masks + (tumour * result.slices.size() + slice) * count;
            if (std::all_of(pixels, pixels + count, [](uint8_t value) { return value == 0; })) {
                continue;
            }
            addFrame(segmentation, result, tumour, slice, pixels, count);
            added++;
        }
        if (added == 0) { throw vsdb::Refused("segment: its mask is empty"); }
    }
}

// ReferencedSeriesSequence: without it viewers do not find the images.
void addReferences(const vsdb_result &result, DcmItem &dataset) {
    dataset.findAndDeleteElement(DCM_ReferencedSeriesSequence);
    dataset.findAndDeleteElement(DCM_StudiesContainingOtherReferencedInstancesSequence);
    DcmItem *series = nullptr;
    demand(dataset.findOrCreateSequenceItem(DCM_ReferencedSeriesSequence, series, 0),
           "referenced series");
    demand(series->putAndInsertOFStringArray(DCM_SeriesInstanceUID,
                                             result[VSDB_RESULT_SOURCE_SERIES]),
           "referenced series");
    for (const std::string &instance : result.images()) {
        DcmItem *image = nullptr;
        demand(series->findOrCreateSequenceItem(DCM_ReferencedInstanceSequence, image, -2),
               "referenced instance");
        demand(image->putAndInsertOFStringArray(DCM_ReferencedSOPClassUID,
                                                result[VSDB_RESULT_SOURCE_CLASS]),
               "referenced instance");
        demand(image->putAndInsertString(DCM_ReferencedSOPInstanceUID, instance.c_str()),
               "referenced instance");
    }
}

// How the object and its series are called.
struct Kind {
    const char *label, *content, *series, *number;
};

Kind kindOf(const vsdb_result &result, bool isFractional) {
    if (result.isManual()) {
        return {"OUTLINE", "Outline by a person, research use", "vsdb outline, research use only",
                "9704"};
    }
    if (isFractional) {
        return {"TUMOUR_PROB", "Probability of tumour, research use",
                "vsdb probabilities, research use only", "9703"};
    }
    return {"TUMOUR", "Vestibular schwannoma, research use", "vsdb segmentation, research use only",
            "9701"};
}

int write(const vsdb_result &result, const uint8_t *voxels, size_t rows, size_t columns,
          bool isFractional, const char *path, std::string &reason) {
    const IODGeneralEquipmentModule::EquipmentInfo equipment(
        "vsdb", result.device(), result.serial(), result[VSDB_RESULT_SOFTWARE]);
    ContentIdentificationMacro *rawContent = nullptr;
    const Kind kind = kindOf(result, isFractional);
    demand(ContentIdentificationMacro::create("1", kind.label, kind.content, "vsdb", rawContent),
           "content");
    const std::unique_ptr<ContentIdentificationMacro> content(rawContent);
    DcmSegmentation *raw = nullptr;
    demand(isFractional
               ? DcmSegmentation::createFractionalSegmentation(
                     raw, Uint16(rows), Uint16(columns), DcmSegTypes::SFT_PROBABILITY, 255,
                     equipment, *content)
               : DcmSegmentation::createBinarySegmentation(raw, Uint16(rows), Uint16(columns),
                                                           equipment, *content),
           "segmentation");
    const std::unique_ptr<DcmSegmentation> segmentation(raw);
    demand(segmentation->getStudy().setStudyInstanceUID(result[VSDB_RESULT_STUDY]), "study");
    demand(segmentation->getFrameOfReference().setFrameOfReferenceUID(
               result[VSDB_RESULT_FRAME_OF_REFERENCE]),
           "frame of reference");
    demand(segmentation->getSeries().setSeriesDescription(kind.series), "series");
    demand(segmentation->getSeries().setSeriesNumber(kind.number), "series");
    // Below the object's own UID, so that it is as lasting.
    const OFString organisation = result[VSDB_RESULT_INSTANCE] + ".1";
    IODMultiframeDimensionModule &dimensions = segmentation->getDimensions();
    demand(dimensions.addDimensionIndex(DCM_ReferencedSegmentNumber, organisation,
                                        DCM_SegmentIdentificationSequence, "Segment"),
           "dimension");
    demand(dimensions.addDimensionIndex(DCM_ImagePositionPatient, organisation,
                                        DCM_PlanePositionSequence, "Slice"),
           "dimension");
    for (const vsdb::Tumour &tumour : result.tumours) {
        addSegment(*segmentation, result, tumour);
    }
    addShared(*segmentation, result);
    addFrames(*segmentation, result, voxels, rows * columns);
    DcmFileFormat file;
    DcmDataset &dataset = *file.getDataset();
    demand(segmentation->writeDataset(dataset), "segmentation");
    vsdb::stamp(result, dataset, VSDB_RESULT_SERIES, VSDB_RESULT_INSTANCE);
    if (result.isManual()) {
        // ContentCreatorName. Here and not by the object's own setter, which takes text for ASCII.
        vsdb::file(dataset, {{0x00700084, result.values[VSDB_RESULT_READER]}});
    }
    addReferences(result, dataset);
    return vsdb::save(file, path, reason);
}

} // namespace

int vsdb_result_write_segmentation(const vsdb_result *result, const uint8_t *voxels, size_t rows,
                                   size_t columns, int isFractional, const char *path, char *reason,
                                   size_t size) {
    return vsdb::writing(reason, size, [&](std::string &why) {
        return write(*result, voxels, rows, columns, isFractional != 0, path, why);
    });
}
