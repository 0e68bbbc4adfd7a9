"""Small models share two cores with whatever else runs."""

import torch

torch.set_num_threads(1)  # the models here are so small that threads only wait for each other
