// Convolutions, in four layers: tiles in registers, slabs of padded source, the loops of a convolution
// and of its gradient in the input, and the gradient in the filters. Those to a few channels have tiles
// of their own.

#include "ConvolutionTile.template.h"
#include "ConvolutionFew.template.h"
#include "ConvolutionSlab.template.h"
#include "ConvolutionLoops.template.h"
#include "ConvolutionWeights.template.h"
