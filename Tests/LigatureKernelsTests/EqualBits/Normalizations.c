// Runs of the kernels that normalise channels.

#include "Run.h"

/// Sizes of [places, groups · depth], and places a chunk.
static const struct {
  size_t places, groups, depth, chunk;
} shapes[] = {{1, 1, 1, 4}, {9, 3, 1, 4}, {7, 2, 4, 7}, {33, 1, 16, 8}, {12, 5, 7, 5}, {40, 2, 33, 32}};

#define EACH_SHAPE(...)                                                                        \
  for (size_t number = 0; number < sizeof shapes / sizeof *shapes; ++number) {                 \
    const size_t places = shapes[number].places, channels = shapes[number].groups * shapes[number].depth; \
    __VA_ARGS__                                                                                \
    eb_release(run);                                                                           \
  }

void eb_run_channel_moments(EBRun *run) {
  EACH_SHAPE({
    void *moments = eb_room(run, 2 * channels);
    lk_channel_moments(run->type, places, channels, eb_uniform(run, places * channels, -2, 3),
                       moments);
    eb_record(run, 2 * channels, moments);
  })
}

static size_t chunks(size_t number) {
  return (shapes[number].places + shapes[number].chunk - 1) / shapes[number].chunk;
}

void eb_run_merge_moments(EBRun *run) {
  EACH_SHAPE({
    void *statistics = eb_room(run, 2 * channels);
    lk_merge_moments(run->type, places, shapes[number].chunk, shapes[number].groups,
                     shapes[number].depth, eb_uniform(run, 2 * channels * chunks(number), 0, 3),
                     statistics);
    eb_record(run, 2 * channels, statistics);
  })
}

void eb_run_normalize_channels(EBRun *run) {
  for (int form = 0; form < 4; ++form) {
    EACH_SHAPE({
      void *y = eb_room(run, places * channels);
      lk_normalize_channels(run->type, places, channels, 1e-5,
                            eb_uniform(run, places * channels, -2, 3),
                            eb_uniform(run, 2 * channels, 0.5, 2),
                            form & 1 ? eb_uniform(run, channels, -1, 1) : NULL,
                            form & 2 ? eb_uniform(run, channels, -1, 1) : NULL, y);
      eb_record(run, places * channels, y);
    })
  }
}

void eb_run_channel_slopes(EBRun *run) {
  EACH_SHAPE({
    void *sums = eb_room(run, 2 * channels);
    lk_channel_slopes(run->type, places, channels, eb_uniform(run, places * channels, -2, 3),
                      eb_uniform(run, places * channels, -1, 1),
                      eb_uniform(run, 2 * channels, 0.5, 2), sums);
    eb_record(run, 2 * channels, sums);
  })
}

void eb_run_merge_slopes(EBRun *run) {
  for (int scaled = 0; scaled < 2; ++scaled) {
    EACH_SHAPE({
      void *slopes = eb_room(run, 2 * channels);
      void *parameters = eb_room(run, 2 * channels);
      lk_merge_slopes(run->type, places, shapes[number].chunk, shapes[number].groups,
                      shapes[number].depth, 1e-5,
                      eb_uniform(run, 2 * channels * chunks(number), -1, 1),
                      eb_uniform(run, 2 * channels, 0.5, 2),
                      scaled ? eb_uniform(run, channels, -1, 1) : NULL, slopes, parameters);
      eb_record(run, 2 * channels, slopes);
      eb_record(run, 2 * channels, parameters);
    })
  }
}

void eb_run_normalize_channels_gradient(EBRun *run) {
  for (int form = 0; form < 4; ++form) {
    EACH_SHAPE({
      void *dx = eb_room(run, places * channels);
      lk_normalize_channels_gradient(run->type, places, channels, 1e-5,
                                     eb_uniform(run, places * channels, -2, 3),
                                     eb_uniform(run, places * channels, -1, 1),
                                     eb_uniform(run, 2 * channels, 0.5, 2),
                                     form & 1 ? eb_uniform(run, channels, -1, 1) : NULL,
                                     eb_uniform(run, 2 * channels, -1, 1), dx, form / 2);
      eb_record(run, places * channels, dx);
    })
  }
}
