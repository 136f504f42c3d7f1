/// Attributes and sequences by their tag, group << 16 | element (DICOM PS3.6).
enum DICOMTag {
    static let imageType: UInt32 = 0x0008_0008
    static let sopClass: UInt32 = 0x0008_0016
    static let sopInstance: UInt32 = 0x0008_0018
    static let studyDate: UInt32 = 0x0008_0020
    static let seriesDate: UInt32 = 0x0008_0021
    static let acquisitionDate: UInt32 = 0x0008_0022
    static let acquisitionDateTime: UInt32 = 0x0008_002A
    static let modality: UInt32 = 0x0008_0060
    static let manufacturer: UInt32 = 0x0008_0070
    static let seriesDescription: UInt32 = 0x0008_103E
    static let scannerModel: UInt32 = 0x0008_1090
    static let patientID: UInt32 = 0x0010_0020
    static let contrastAgent: UInt32 = 0x0018_0010
    static let contrastAgentSequence: UInt32 = 0x0018_0012
    static let scanningSequence: UInt32 = 0x0018_0020
    static let sequenceVariant: UInt32 = 0x0018_0021
    static let acquisitionType: UInt32 = 0x0018_0023
    static let sequenceName: UInt32 = 0x0018_0024
    static let sliceThickness: UInt32 = 0x0018_0050
    static let repetitionTime: UInt32 = 0x0018_0080
    static let echoTime: UInt32 = 0x0018_0081
    static let inversionTime: UInt32 = 0x0018_0082
    static let fieldStrength: UInt32 = 0x0018_0087
    static let spacingBetweenSlices: UInt32 = 0x0018_0088
    static let softwareVersions: UInt32 = 0x0018_1020
    static let protocolName: UInt32 = 0x0018_1030
    static let flipAngle: UInt32 = 0x0018_1314
    static let pulseSequenceName: UInt32 = 0x0018_9005
    static let echoPulseSequence: UInt32 = 0x0018_9008
    static let inversionRecovery: UInt32 = 0x0018_9009
    static let steadyState: UInt32 = 0x0018_9017
    static let spoiling: UInt32 = 0x0018_9016
    static let inversionTimes: UInt32 = 0x0018_9079
    static let effectiveEchoTime: UInt32 = 0x0018_9082
    static let bValue: UInt32 = 0x0018_9087
    static let study: UInt32 = 0x0020_000D
    static let series: UInt32 = 0x0020_000E
    static let seriesNumber: UInt32 = 0x0020_0011
    static let instanceNumber: UInt32 = 0x0020_0013
    static let position: UInt32 = 0x0020_0032
    static let orientation: UInt32 = 0x0020_0037
    static let frameOfReference: UInt32 = 0x0020_0052
    static let laterality: UInt32 = 0x0020_0060
    static let imageLaterality: UInt32 = 0x0020_0062
    static let temporalPosition: UInt32 = 0x0020_0100
    static let temporalPositionIndex: UInt32 = 0x0020_9128
    static let samplesPerPixel: UInt32 = 0x0028_0002
    static let photometric: UInt32 = 0x0028_0004
    static let frames: UInt32 = 0x0028_0008
    static let rows: UInt32 = 0x0028_0010
    static let columns: UInt32 = 0x0028_0011
    static let pixelSpacing: UInt32 = 0x0028_0030
    static let bitsAllocated: UInt32 = 0x0028_0100
    static let bitsStored: UInt32 = 0x0028_0101
    static let highBit: UInt32 = 0x0028_0102
    static let pixelRepresentation: UInt32 = 0x0028_0103
    static let padding: UInt32 = 0x0028_0120
    static let paddingLimit: UInt32 = 0x0028_0121
    static let intercept: UInt32 = 0x0028_1052
    static let slope: UInt32 = 0x0028_1053
    static let lossy: UInt32 = 0x0028_2110
    static let frameType: UInt32 = 0x0008_9007
    static let frameLaterality: UInt32 = 0x0020_9072

    // Private, as classic diffusion images of these manufacturers have no public b-value.
    static let siemensBValue: UInt32 = 0x0019_100C
    static let geBValue: UInt32 = 0x0043_1039

    // The functional groups of enhanced multi-frame images.
    static let sharedGroups: UInt32 = 0x5200_9229
    static let perFrameGroups: UInt32 = 0x5200_9230
    static let echoGroup: UInt32 = 0x0018_9114
    static let modifierGroup: UInt32 = 0x0018_9115
    static let timingGroup: UInt32 = 0x0018_9112
    static let diffusionGroup: UInt32 = 0x0018_9117
    static let frameTypeGroup: UInt32 = 0x0018_9226
    static let anatomyGroup: UInt32 = 0x0020_9071
    static let contentGroup: UInt32 = 0x0020_9111
    static let positionGroup: UInt32 = 0x0020_9113
    static let orientationGroup: UInt32 = 0x0020_9116
    static let measuresGroup: UInt32 = 0x0028_9110
    static let transformationGroup: UInt32 = 0x0028_9145

    // A media directory.
    static let directoryRecords: UInt32 = 0x0004_1220
    static let recordType: UInt32 = 0x0004_1430
    static let referencedFile: UInt32 = 0x0004_1500

    // A structure set (RTSTRUCT).
    static let referencedFrames: UInt32 = 0x3006_0010
    static let referencedStudies: UInt32 = 0x3006_0012
    static let referencedSeries: UInt32 = 0x3006_0014
    static let structures: UInt32 = 0x3006_0020
    static let structureNumber: UInt32 = 0x3006_0022
    static let structureName: UInt32 = 0x3006_0026
    static let structureContours: UInt32 = 0x3006_0039
    static let contours: UInt32 = 0x3006_0040
    static let contourType: UInt32 = 0x3006_0042
    static let contourData: UInt32 = 0x3006_0050
    static let contouredNumber: UInt32 = 0x3006_0084
}
