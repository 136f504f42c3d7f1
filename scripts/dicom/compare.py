"""Compares exported DICOM SEG and SR with the store, by other people's readers.

Called by scripts/check-dicom-out, which says what it needs. Fails at the first difference.
"""

import csv
import json
import pathlib
import shutil
import subprocess
import sys

import highdicom
import nibabel
import numpy
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian

VSDB, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])
MR = UID("1.2.840.10008.5.1.4.1.1.4")
# The header of a stored scan is in single precision: 24 bits of some hundred mm.
POSITION_TOLERANCE_MM = 1e-4


def run(*arguments):
    done = subprocess.run(arguments, capture_output=True, text=True)
    assert done.returncode == 0, (arguments, done.stdout, done.stderr)
    return done.stdout


def vsdb(*arguments):
    return json.loads(run(VSDB, *arguments, "--format", "json"))


def geometry(affine, exam, shape):
    """The affine in LPS of exam 0 (as it is), 1 (turned by 9 degrees) or 2 (columns reversed)."""
    lps = numpy.diag([-1, -1, 1, 1]) @ affine
    if exam == 1:
        angle = numpy.radians(9)
        turn = numpy.eye(4)
        turn[1:3, 1:3] = [
            [numpy.cos(angle), -numpy.sin(angle)],
            [numpy.sin(angle), numpy.cos(angle)],
        ]
        lps = turn @ lps
    if exam == 2:
        flip = numpy.eye(4)
        flip[0, 0], flip[0, 3] = -1, shape[0] - 1
        lps = lps @ flip
    return lps


def write_series(image, folder, exam, day):
    """Writes a NIfTI image as a classic MR series; its third axis runs from slice to slice."""
    folder.mkdir(parents=True)
    loaded = nibabel.load(image)
    data = numpy.asarray(loaded.dataobj)
    lps = geometry(loaded.affine, exam, data.shape)
    if exam == 2:
        data = data[::-1]
    data = numpy.clip(numpy.round(data - data.min()), 0, 32767).astype(numpy.uint16)
    steps = lps[:3, :3]
    spacing = numpy.linalg.norm(steps, axis=0)
    series = f"1.2.826.0.1.3680043.10.1.{exam + 1}"
    for slice_ in range(data.shape[2]):
        one = Dataset()
        one.file_meta = FileMetaDataset()
        one.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        one.SOPClassUID, one.SOPInstanceUID = MR, f"{series}.{slice_ + 1}"
        one.file_meta.MediaStorageSOPClassUID = MR
        one.file_meta.MediaStorageSOPInstanceUID = one.SOPInstanceUID
        one.ImageType = ["ORIGINAL", "PRIMARY", "M", "ND"]
        one.Modality, one.SeriesDescription = "MR", "t2_ci3d_tra"
        one.PatientID, one.AcquisitionDate, one.StudyDate = "CHECK-1", day, day
        one.ScanningSequence, one.SequenceVariant, one.MRAcquisitionType = "GR", ["SK", "SS"], "3D"
        one.EchoTime, one.RepetitionTime, one.FlipAngle = 4.4, 7.5, 70
        one.StudyInstanceUID = f"1.2.826.0.1.3680043.10.2.{exam + 1}"
        one.SeriesInstanceUID, one.FrameOfReferenceUID = series, series + ".0"
        # Against the positions: the order must come from those alone.
        one.InstanceNumber = data.shape[2] - slice_
        position = lps[:3, 3] + slice_ * steps[:, 2]
        one.ImagePositionPatient = [f"{value:.9g}" for value in position]
        axes = numpy.concatenate([steps[:, 0] / spacing[0], steps[:, 1] / spacing[1]])
        one.ImageOrientationPatient = [f"{value:.9f}" for value in axes]
        one.PixelSpacing = [f"{spacing[1]:.9g}", f"{spacing[0]:.9g}"]
        one.SliceThickness = f"{spacing[2]:.9g}"
        one.SamplesPerPixel, one.PhotometricInterpretation = 1, "MONOCHROME2"
        one.Rows, one.Columns = data.shape[1], data.shape[0]
        one.BitsAllocated, one.BitsStored, one.HighBit = 16, 16, 15
        one.PixelRepresentation = 0
        one.PixelData = numpy.ascontiguousarray(data[:, :, slice_].T).tobytes()
        one.save_as(folder / f"{slice_:04}.dcm", enforce_file_format=True)
    return folder


def points(mask, affine):
    """The centres of a mask's voxels in mm, in an order that does not depend on the array's."""
    found = numpy.argwhere(mask > 0)
    places = found @ affine[:3, :3].T + affine[:3, 3]
    return places[numpy.lexsort(numpy.round(places, 2).T)]


def same_points(ours, theirs, who):
    assert len(ours) == len(theirs), f"{who}: {len(theirs)} voxels, not {len(ours)}"
    furthest = numpy.abs(ours - theirs).max()
    assert furthest < POSITION_TOLERANCE_MM, f"{who}: {furthest} mm apart"
    return furthest


def check_segmentation(path, ours, source, rows):
    """Voxels by highdicom and dcmqi, millimetres of each, and the references."""
    read = highdicom.seg.segread(path)
    volume = read.get_volume(combine_segments=True, skip_overlap_checks=False)
    far = same_points(ours, points(volume.array, volume.affine), "highdicom")
    description = read.get_segment_description(1)
    assert description.tracking_uid == rows[0]["trackingUid"]
    assert read.FrameOfReferenceUID == source[0].FrameOfReferenceUID
    assert read.StudyInstanceUID == source[0].StudyInstanceUID
    images = {image.SOPInstanceUID for image in source}
    positions = {image.SOPInstanceUID: image.ImagePositionPatient for image in source}
    referenced = read.ReferencedSeriesSequence[0]
    assert referenced.SeriesInstanceUID == source[0].SeriesInstanceUID
    assert {one.ReferencedSOPInstanceUID for one in referenced.ReferencedInstanceSequence} == images
    for frame in read.PerFrameFunctionalGroupsSequence:
        image = frame.DerivationImageSequence[0].SourceImageSequence[0].ReferencedSOPInstanceUID
        place = frame.PlanePositionSequence[0].ImagePositionPatient
        assert numpy.allclose(place, positions[image], atol=POSITION_TOLERANCE_MM)
    out = pathlib.Path(path).with_suffix(".dcmqi")
    out.mkdir()
    run(tool("segimage2itkimage"), "--inputDICOM", path, "--outputDirectory", str(out), "-t", "nii")
    found = []
    for file in sorted(out.glob("*.nii.gz")):
        image = nibabel.load(file)
        lps = numpy.diag([-1, -1, 1, 1]) @ image.affine
        found.append(points(numpy.asarray(image.dataobj), lps))
    found = numpy.concatenate(found)
    found = found[numpy.lexsort(numpy.round(found, 2).T)]
    return max(far, same_points(ours, found, "dcmqi"))


def check_probabilities(path, mask, source, rows):
    """The values of a fractional segmentation by highdicom: above one half they are the mask."""
    read = highdicom.seg.segread(path)
    assert read.segmentation_fractional_type.value == "PROBABILITY"
    assert read.StudyInstanceUID == source[0].StudyInstanceUID
    assert read.get_segment_description(1).tracking_uid == rows[0]["trackingUid"]
    volume = read.get_volume(rescale_fractional=True)
    values = volume.array[..., 0]
    assert values.min() >= 0 and values.max() <= 1
    far = same_points(mask, points(values >= 0.5, volume.affine), "highdicom, fractional")
    return far, int((values > 0).sum())


def check_report(path, segmentation, rows, growth):
    """Numbers by highdicom and dcmqi against the store's."""
    read = highdicom.sr.srread(path)
    groups = read.content.get_volumetric_roi_measurement_groups()
    assert len(groups) == len(rows)
    for group, row in zip(groups, rows):
        assert group.tracking_uid == row["trackingUid"]
        segment = group.referenced_segment
        assert segment.referenced_sop_instance_uid == segmentation
        numbers = {one.name.meaning: one.value for one in group.get_measurements()}
        assert abs(numbers["Volume"] / row["volumeMm3"] - 1) < 1e-12, numbers
        if growth is not None:
            change = numbers["Volume change from the baseline exam"]
            assert abs(change - growth) < 1e-9, (change, growth)
    out = path.replace(".dcm", ".json")
    run(tool("tid1500reader"), "--inputDICOM", path, "--outputMetadata", out)
    for group, row in zip(json.load(open(out))["Measurements"], rows):
        values = {
            one["quantity"]["CodeMeaning"]: one["value"] for one in group["measurementItems"]
        }
        assert abs(float(values["Volume"]) / row["volumeMm3"] - 1) < 1e-12
        assert group["TrackingUniqueIdentifier"] == row["trackingUid"]


def check_outline(scan, mask, source, base):
    """A reader's outline, the mask without its outermost slice: a person drew it and no algorithm."""
    voxels = numpy.asarray(mask.dataobj).copy()
    voxels[:, :, numpy.argwhere(voxels > 0)[:, 2].min()] = 0
    nibabel.save(nibabel.Nifti1Image(voxels, mask.affine, mask.header), base + ".nii")
    vsdb("review", scan, "--reader", "Ash^Ina", "--mask", base + ".nii")
    number = str(vsdb("show", "scan", scan)["readings"][-1]["outline"])
    seg, report = base + "-seg.dcm", base + "-sr.dcm"
    rows = vsdb("export", "seg", scan, seg, "--outline", number)
    drawn = points(voxels, numpy.diag([-1, -1, 1, 1]) @ mask.affine)
    far = check_segmentation(seg, drawn, source, rows)
    description = highdicom.seg.segread(seg).get_segment_description(1)
    assert description.algorithm_type.value == "MANUAL"
    assert description.algorithm_identification is None
    read = pydicom.dcmread(seg)
    assert read.ContentCreatorName == "Ash^Ina"
    assert "SegmentAlgorithmName" not in read.SegmentSequence[0]
    measured = vsdb("export", "sr", scan, report, "--outline", number)
    check_report(report, rows[0]["sopInstanceUid"], measured, None)
    text = run("dsrdump", "-q", report)
    assert "Ash^Ina" in text and "Algorithm Name" not in text
    standard_tools(seg, report)
    return rows, (
        f"outline on scan {scan}: {len(drawn)} voxels the same by both, at most {far:.1e} mm apart; "
        "MANUAL, its reader named; no errors by the tools"
    )


def tool(name):
    return str(pathlib.Path(sys.executable).parent / name)


def standard_tools(*files):
    """DCMTK and dciodvfy: no errors."""
    for file in files:
        run("dcmdump", "-q", file)
        if shutil.which("dciodvfy"):
            done = subprocess.run(["dciodvfy", file], capture_output=True, text=True)
            errors = [line for line in done.stderr.splitlines() if line.startswith("Error")]
            assert not errors, (file, errors)
    run("dsrdump", "-q", files[-1])


def main():
    rows = list(csv.DictReader(open(FOLDER / "scans.csv")))
    tracked, volumes, exams = set(), [], []
    for exam, row in enumerate(rows):
        day = row["date"].replace("-", "")
        folder = write_series(row["image"], FOLDER / "series" / str(exam), exam, day)
        scan = vsdb("register", "scan", str(folder))["scan"]
        base = str(FOLDER / "out" / str(exam))
        written = vsdb("export", "seg", str(scan), base + "-seg.dcm")
        run(VSDB, "export", "mask", str(scan), base + ".nii")
        mask = nibabel.load(base + ".nii")
        lps = numpy.diag([-1, -1, 1, 1]) @ mask.affine
        source = [pydicom.dcmread(file) for file in sorted(folder.iterdir())]
        ours = points(numpy.asarray(mask.dataobj), lps)
        far = check_segmentation(base + "-seg.dcm", ours, source, written)
        shown = vsdb("export", "seg", str(scan), base + "-prob.dcm", "--fractional")
        part, above = check_probabilities(base + "-prob.dcm", ours, source, shown)
        far = max(far, part)
        report = vsdb("export", "sr", str(scan), base + "-sr.dcm")
        volumes.append(written[0]["volumeMm3"])
        growth = 100 * (volumes[-1] / volumes[0] - 1) if exam > 0 else None
        segmentation = pydicom.dcmread(base + "-seg.dcm").SOPInstanceUID
        check_report(base + "-sr.dcm", segmentation, report, growth)
        standard_tools(base + "-seg.dcm", base + "-prob.dcm", base + "-sr.dcm")
        tracked |= {one["trackingUid"] for one in written}
        exams.append((str(scan), mask, source, base))
        print(
            f"exam {exam + 1}: {len(ours)} voxels the same by highdicom and dcmqi, at most "
            f"{far:.1e} mm apart; {volumes[-1]:.1f} mm³ the same by both; "
            f"{above} probabilities above 0, those from one half on the mask's; no errors by the tools"
        )
    # In the end, as outlines count in the curve.
    for scan, mask, source, base in exams:
        own, text = check_outline(scan, mask, source, base + "-drawn")
        tracked |= {one["trackingUid"] for one in own}
        print(text)
    assert len(tracked) == 1, tracked
    print("one tracking UID over all exams" + ("" if shutil.which("dciodvfy") else "; no dciodvfy"))


main()
