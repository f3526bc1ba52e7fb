// Runs of convolutions, their gradients, and pooling.

#include "Run.h"

/// Image and kernel along two axes, channels, groups, stride, dilation, padding.
static const struct {
  size_t size[2], kernel[2], inputs, outputs, groups, stride, dilation, before;
} sizes[] = {
    {{1, 1}, {1, 1}, 1, 1, 1, 1, 1, 0},    {{5, 7}, {3, 3}, 1, 16, 1, 1, 1, 1},
    {{6, 9}, {3, 3}, 3, 33, 1, 1, 1, 1},   {{7, 6}, {3, 2}, 17, 5, 1, 2, 1, 1},
    {{9, 8}, {3, 3}, 5, 40, 1, 1, 2, 2},   {{6, 6}, {3, 3}, 12, 6, 3, 2, 1, 0},
    {{5, 33}, {3, 3}, 19, 19, 19, 1, 1, 1}, {{8, 5}, {2, 3}, 18, 36, 18, 2, 1, 1},
    {{4, 40}, {1, 1}, 20, 34, 1, 1, 1, 0}, {{1, 300}, {1, 5}, 2, 3, 1, 3, 2, 4},
    {{3, 3}, {5, 1}, 512, 4, 1, 1, 1, 2},  {{17, 16}, {3, 3}, 2, 18, 1, 3, 1, 2},
    {{5, 19}, {3, 3}, 16, 1, 1, 1, 1, 1},  {{6, 9}, {3, 3}, 37, 2, 1, 1, 2, 2},
    {{9, 7}, {3, 2}, 21, 3, 1, 2, 1, 1},   {{1, 20}, {1, 3}, 3, 50, 1, 1, 1, 1},
    {{4, 11}, {1, 1}, 64, 1, 1, 1, 1, 0},  {{5, 8}, {3, 3}, 24, 6, 3, 1, 1, 1},
};
enum { CASES = sizeof(sizes) / sizeof(sizes[0]) };

static LKConvolution convolution_of(int number, size_t batch) {
  LKConvolution c = {.batch = batch, .inputs = sizes[number].inputs,
                     .outputs = sizes[number].outputs, .groups = sizes[number].groups};
  for (int axis = 0; axis < 3; ++axis) {
    c.size[axis] = axis ? sizes[number].size[axis - 1] : 1;
    c.kernel[axis] = axis ? sizes[number].kernel[axis - 1] : 1;
    c.stride[axis] = axis ? sizes[number].stride : 1;
    c.dilation[axis] = axis ? sizes[number].dilation : 1;
    c.before[axis] = c.kernel[axis] > 1 ? sizes[number].before : 0;
    const size_t extent = (c.kernel[axis] - 1) * c.dilation[axis] + 1;
    c.output[axis] = (c.size[axis] + 2 * c.before[axis] - extent) / c.stride[axis] + 1;
  }
  return c;
}

static size_t pixels(const size_t size[3]) { return size[0] * size[1] * size[2]; }

void eb_run_convolution(EBRun *run) {
  for (int number = 0; number < CASES; ++number) {
    for (int form = 0; form < 4; ++form) {
      const LKConvolution c = convolution_of(number, 2);
      const LKConvolutionWay way = (LKConvolutionWay)(form % 2);
      const size_t x = c.batch * pixels(c.size) * c.inputs;
      const size_t y = c.batch * pixels(c.output) * c.outputs;
      const size_t filters = pixels(c.kernel) * c.inputs / c.groups * c.outputs;
      const size_t target = way ? x : y, parts = (size_t)form + 1;
      void *packed = eb_room(run, lk_convolution_packed(run->type, &c, way));
      lk_convolution_pack(run->type, &c, way, eb_uniform(run, filters, -1, 1), packed);
      const void *source = eb_uniform(run, way ? y : x, -1, 1);
      const void *bias = form / 2 ? eb_uniform(run, way ? c.inputs : c.outputs, -1, 1) : NULL;
      void *result = eb_uniform(run, target, -1, 1);
      void *workspace = eb_bytes(run, lk_convolution_workspace(run->type, &c, way, parts));
      lk_convolution(run->type, &c, way, source, packed, bias, result, form / 2, parts, 0,
                     c.batch * parts, workspace);
      eb_record(run, target, result);
      eb_release(run);
    }
  }
}

void eb_run_convolution_weights(EBRun *run) {
  for (int number = 0; number < CASES; ++number) {
    const LKConvolution c = convolution_of(number, number % 3 ? 3 : 20);
    const size_t x = c.batch * pixels(c.size) * c.inputs;
    const size_t y = c.batch * pixels(c.output) * c.outputs;
    const size_t filters = pixels(c.kernel) * c.inputs / c.groups * c.outputs;
    const void *image = eb_uniform(run, x, -1, 1), *gradient = eb_uniform(run, y, -1, 1);
    void *result = eb_room(run, filters);
    void *workspace = eb_bytes(run, lk_convolution_weights_workspace(run->type, &c));
    const size_t sections = lk_convolution_sections(run->type, &c);
    for (size_t share = 0; share < lk_convolution_shares(run->type, &c); ++share) {
      lk_convolution_weights(run->type, &c, share, 0, sections / 2, image, gradient, result,
                             workspace);
      lk_convolution_weights(run->type, &c, share, sections / 2, sections - sections / 2, image,
                             gradient, result, workspace);
      eb_record(run, filters, result);
    }
    eb_release(run);
  }
}

/// Windows of an image of 4 by 5 pixels, and places in it.
enum { ROWS = 4, COLUMNS = 5, WINDOWS = 3 };

void eb_run_pool_places(EBRun *run) {
  static const size_t none[] = {0}, one[] = {1}, first[] = {0, 1, 3}, last[] = {2, 4, 4};
  static const size_t channels[] = {1, 3, 8, 17, 33};
  for (int i = 0; i < 5; ++i) {
    const LKPooling p = {.batch = 2, .channels = channels[i], .size = {1, ROWS, COLUMNS},
                         .output = {1, WINDOWS, WINDOWS}, .step = {1, 1, 1}, .first = {none, first, first},
                         .last = {one, last, last}};
    const size_t count = 2 * WINDOWS * WINDOWS * channels[i];
    int64_t *places = eb_bytes(run, count * sizeof(int64_t));
    lk_pool_places(run->type, &p, 0, 2 * WINDOWS, eb_any(run, 2 * ROWS * COLUMNS * channels[i]),
                   places);
    eb_record_bytes(run, count * sizeof(int64_t), places);
    eb_release(run);
  }
}

static int64_t *places_of(EBRun *run, size_t count) {
  int64_t *places = eb_bytes(run, count * sizeof(int64_t));
  for (size_t i = 0; i < count; ++i) places[i] = (int64_t)(eb_next(run) % (ROWS * COLUMNS));
  return places;
}

void eb_run_take_places(EBRun *run) {
  for (int accumulate = 0; accumulate < 2; ++accumulate) {
    const size_t channels = 19, places = 7;
    void *result = eb_uniform(run, 2 * places * channels, -1, 1);
    lk_take_places(run->type, 2, channels, ROWS * COLUMNS, places,
                   places_of(run, 2 * places * channels),
                   eb_uniform(run, 2 * ROWS * COLUMNS * channels, -1, 1), result, accumulate);
    eb_record(run, 2 * places * channels, result);
    eb_release(run);
  }
}

void eb_run_add_places(EBRun *run) {
  const size_t channels = 19, places = 50;
  void *result = eb_uniform(run, 2 * ROWS * COLUMNS * channels, -1, 1);
  lk_add_places(run->type, 2, channels, ROWS * COLUMNS, places,
                places_of(run, 2 * places * channels),
                eb_uniform(run, 2 * places * channels, -1, 1), result);
  eb_record(run, 2 * ROWS * COLUMNS * channels, result);
}

// Packed filters, sizes of memory and of pieces are a level's own; shares are in the results above.
void eb_run_convolution_packed(EBRun *run) { (void)run; }
void eb_run_convolution_pack(EBRun *run) { (void)run; }
void eb_run_convolution_workspace(EBRun *run) { (void)run; }
void eb_run_convolution_shares(EBRun *run) { (void)run; }
void eb_run_convolution_sections(EBRun *run) { (void)run; }
void eb_run_convolution_weights_workspace(EBRun *run) { (void)run; }
