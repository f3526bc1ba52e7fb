// How the outputs of a convolution meet its inputs along one axis. Nothing here knows a scalar type.
//
// A convolution and the gradient in its input are one loop: each target is a sum over taps of the
// source. For the convolution, the target is its output, and sources move by the stride. For the
// gradient, the target is the input, and the source the output's gradient: which taps reach a target
// depends on its place modulo the stride, so there are as many phases as that, each of which is a
// convolution of stride 1 with some of the taps.

#ifndef LIGATURE_CONVOLUTION_AXES_H
#define LIGATURE_CONVOLUTION_AXES_H

#include "../Kernels.h"

/// One phase of one axis: target i is at `target_first + i · target_step`, and its tap t, kernel
/// element `kernel_first + t · kernel_step`, meets source `origin + i · move + t · tap_step`.
typedef struct LKConvolutionAxis {
  size_t count, taps;
  ptrdiff_t origin;
  size_t move, tap_step;
  size_t kernel_first;
  ptrdiff_t kernel_step;
  size_t target_first, target_step;
} LKConvolutionAxis;

static inline size_t lk_common_divisor(size_t a, size_t b) {
  while (b) {
    const size_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

static inline const size_t *lk_source_size(const LKConvolution *c, LKConvolutionWay way) {
  return way == LK_CONVOLUTION_FORWARD ? c->size : c->output;
}
static inline const size_t *lk_target_size(const LKConvolution *c, LKConvolutionWay way) {
  return way == LK_CONVOLUTION_FORWARD ? c->output : c->size;
}

/// Phases that have targets.
static inline size_t lk_phase_count(const LKConvolution *c, LKConvolutionWay way, int axis) {
  if (way == LK_CONVOLUTION_FORWARD) return 1;
  return c->stride[axis] < c->size[axis] ? c->stride[axis] : c->size[axis];
}

static inline LKConvolutionAxis lk_convolution_axis(const LKConvolution *c, LKConvolutionWay way,
                                                    int axis, size_t phase) {
  const size_t kernel = c->kernel[axis], stride = c->stride[axis], dilation = c->dilation[axis];
  const size_t before = c->before[axis];
  if (way == LK_CONVOLUTION_FORWARD) {
    const LKConvolutionAxis forward = {
        .count = c->output[axis], .taps = kernel, .origin = -(ptrdiff_t)before, .move = stride,
        .tap_step = dilation, .kernel_step = 1, .target_step = 1,
    };
    return forward;
  }
  LKConvolutionAxis gradient = {
      .count = (c->size[axis] - phase + stride - 1) / stride, .move = 1, .tap_step = 1,
      .kernel_step = -1, .target_first = phase, .target_step = stride,
  };
  // Tap k reaches target i from source (i + before - k · dilation) / stride, where that is whole.
  const size_t rest = (phase + before) % stride, divisor = lk_common_divisor(stride, dilation);
  const size_t kernel_step = stride / divisor;
  size_t first = 0;
  while (first < kernel_step && first < kernel && first * dilation % stride != rest) ++first;
  if (first >= kernel_step || first >= kernel) return gradient;
  gradient.taps = (kernel - 1 - first) / kernel_step + 1;
  gradient.kernel_first = first + (gradient.taps - 1) * kernel_step;
  gradient.kernel_step = -(ptrdiff_t)kernel_step;
  gradient.tap_step = dilation / divisor;
  gradient.origin = ((ptrdiff_t)(phase + before) - (ptrdiff_t)(gradient.kernel_first * dilation)) /
                    (ptrdiff_t)stride;
  return gradient;
}

/// Channels that a group reads and writes.
static inline size_t lk_source_depth(const LKConvolution *c, LKConvolutionWay way) {
  return (way == LK_CONVOLUTION_FORWARD ? c->inputs : c->outputs) / c->groups;
}
static inline size_t lk_target_depth(const LKConvolution *c, LKConvolutionWay way) {
  return (way == LK_CONVOLUTION_FORWARD ? c->outputs : c->inputs) / c->groups;
}

/// Whether the loop is over channels instead of over tiles: each group has one input channel and few
/// outputs; in the backward pass one output.
static inline int lk_is_channelwise(const LKConvolution *c, LKConvolutionWay way) {
  const size_t most = way == LK_CONVOLUTION_DATA ? 1 : 7;
  return c->groups > 1 && c->inputs == c->groups && c->outputs / c->groups <= most;
}

/// Whether vectors run along the source's channels, since there are few of the target. Other sums than
/// those of tiles, so this depends on sizes alone.
static inline int lk_is_few(const LKConvolution *c, LKConvolutionWay way) {
  return lk_target_depth(c, way) <= 3 && lk_source_depth(c, way) >= 8 && !lk_is_channelwise(c, way);
}

/// The same convolution with axes joined that nothing happens along: of 1x1 filters, one long row.
static inline LKConvolution lk_convolution_joined(const LKConvolution *given) {
  LKConvolution c = *given;
  for (int axis = 0; axis < 3; ++axis) {
    if (c.kernel[axis] != 1 || c.stride[axis] != 1 || c.before[axis] != 0 ||
        c.output[axis] != c.size[axis]) {
      return c;
    }
  }
  c.size[2] *= c.size[0] * c.size[1];
  c.output[2] = c.size[2];
  c.size[0] = c.size[1] = c.output[0] = c.output[1] = 1;
  return c;
}

#endif
