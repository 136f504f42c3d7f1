"""ASSD and HD95 of two masks by SimpleITK, scipy and MONAI, each importing what it needs itself.

    python3 surfaces.py ENGINE FOLDER      FOLDER/prediction/case.nii.gz and FOLDER/truth/case.nii.gz
"""
import sys

SPACING = (1.5, 0.4, 0.4)


def images(folder):
    import SimpleITK
    return [SimpleITK.ReadImage(f"{folder}/{name}/case.nii.gz") for name in ("prediction", "truth")]


def arrays(folder):
    import SimpleITK
    return [SimpleITK.GetArrayFromImage(image).astype(bool) for image in images(folder)]


def tensors(folder):
    import torch
    return [torch.from_numpy(mask.astype("uint8"))[None, None] for mask in arrays(folder)]


def summary(distances):
    import numpy as np
    return distances.mean(), np.percentile(distances, 95)


def itk(masks):
    import numpy as np
    import SimpleITK
    outlines = [SimpleITK.LabelContour(i) for i in masks]
    maps = [SimpleITK.Abs(SimpleITK.SignedMaurerDistanceMap(
        o, squaredDistance=False, useImageSpacing=True)) for o in outlines]
    views = [SimpleITK.GetArrayViewFromImage(x) for x in outlines + maps]
    return summary(np.concatenate([views[3][views[0] == 1], views[2][views[1] == 1]]))


def scipy(masks):
    import numpy as np
    from scipy import ndimage
    outlines = [m & ~ndimage.binary_erosion(m) for m in masks]
    maps = [ndimage.distance_transform_edt(~o, sampling=SPACING) for o in outlines]
    return summary(np.concatenate([maps[1][outlines[0]], maps[0][outlines[1]]]))


def monai(masks):
    from monai.metrics import compute_average_surface_distance, compute_hausdorff_distance
    return (float(compute_average_surface_distance(
        *masks, include_background=True, symmetric=True, spacing=SPACING)),
        float(compute_hausdorff_distance(
            *masks, include_background=True, percentile=95, spacing=SPACING)))


ENGINES = {"SimpleITK": (images, itk), "scipy": (arrays, scipy), "MONAI": (tensors, monai)}

if __name__ == "__main__":
    load, compare = ENGINES[sys.argv[1]]
    print(*compare(load(sys.argv[2])))
