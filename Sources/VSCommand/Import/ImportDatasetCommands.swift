import ArgumentParser
import VSSurveillance

/// The command `vsdb import vs-seg`.
struct ImportVSSEGCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vs-seg", abstract: "Import the collection Vestibular-Schwannoma-SEG.",
        discussion: """
            Takes the collection as it is published (DICOM with structure sets, VS-SEG-nnn folders), \
            as its authors sort it (vs_gk_N_t2 folders, with contours.json), or as they convert it \
            (vs_gk_N folders of NIfTI). The tumour that is outlined on a T2 series becomes a person's \
            outline on that scan's own grid. Cases 63 and 73 are meningiomas and are left out. NIfTI \
            has no dates: the day is assumed. Importing again changes nothing.

              vsdb import vs-seg Vestibular-Schwannoma-SEG
              vsdb evaluate --model best.safetensors --imported vs-seg
            """)

    @OptionGroup var options: ImportDatasetOptions
    @Flag(name: .customLong("t1"), help: "Import the contrast T1 series with their outlines, too.")
    var includesT1 = false

    func run() throws { try options.run(.vsSEG, includesT1: includesT1) }
}

/// The command `vsdb import vs-mc-rc`.
struct ImportVSMCRCCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vs-mc-rc", abstract: "Import the collections Vestibular-Schwannoma-MC-RC.",
        discussion: """
            Takes MC-RC (DICOM, masks patient/date/name_T2.nii.gz, and the CSV that maps them to \
            series) or MC-RC2 (files VS_MC_RC2_N_YYYY-MM-DD_T1C.nii.gz). Days come from the masks' \
            folders or the files' names, so that each patient has a course in time. A mask on \
            another grid than its image is brought to the image's through both affines. Importing \
            again changes nothing.

              vsdb import vs-mc-rc Vestibular-Schwannoma-MC-RC
              vsdb import vs-mc-rc Vestibular-Schwannoma-MC-RC2 --t1
            """)

    @OptionGroup var options: ImportDatasetOptions
    @Flag(name: .customLong("t1"), help: "Import T1 series with their masks, too.")
    var includesT1 = false

    func run() throws { try options.run(.vsMCRC, includesT1: includesT1) }
}

/// The command `vsdb import crossmoda`.
struct ImportCrossMoDACommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crossmoda", abstract: "Import the data of a crossMoDA challenge.",
        discussion: """
            Takes crossmoda…_N_ceT1.nii.gz with …_N_Label.nii.gz, and …_hrT2 or …_T2 images, wherever \
            they lie below the folder. The labels' numbers differ between the years, and are told \
            apart by where they lie: the cochlea is small and on both sides, parts of the tumour \
            touch; where that does not decide, the case is left out. T2 has no public labels. The \
            challenge has no dates: the day is assumed.

              vsdb import crossmoda crossmoda23_training
            """)

    @OptionGroup var options: ImportDatasetOptions

    func run() throws { try options.run(.crossMoDA, includesT1: true) }
}

/// The command `vsdb import bids`.
struct ImportBIDSCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bids", abstract: "Import a data set in BIDS.",
        discussion: """
            Takes sub-…/[ses-…/]anat/…_T2w.nii.gz, with masks …tumor…_mask.nii.gz from those \
            derivatives whose folder's name holds 'manual'. Days come from the sessions or scans \
            file (acq_time) or a session's label such as ses-20200103; a subject with one exam and no \
            day gets the assumed one. What 'vsdb export bids' wrote is read with its identifiers.

              vsdb import bids vs-bids
            """)

    @OptionGroup var options: ImportDatasetOptions
    @Flag(name: .customLong("t1"), help: "Import T1w images with their masks, too.")
    var includesT1 = false

    func run() throws { try options.run(.bids, includesT1: includesT1) }
}
