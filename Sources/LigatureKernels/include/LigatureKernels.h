// The numeric kernels of Ligature: single-threaded loops over contiguous memory.
//
// Nothing here allocates, starts a thread, or knows what a tensor is. Callers own every buffer,
// validate every size beforehand, and split work over cores by calling with sub-ranges. Every
// kernel cuts its sums in a way that depends only on the sizes given, never on alignment, so a
// result is the same to the last bit however the caller splits the work along independent axes.
//
// Nor does a result depend on the instruction set. Sums are taken in an order that no vector width
// enters, elementary functions are the kernels' own, and a multiply-add is fused where the source says
// so: AVX2, AVX-512 and NEON give the same bits at every size. The one exception is the baseline of
// x86-64, which has no fused multiply-add and rounds the product first. (Which NaN comes out of an
// operation is not specified, and sizes of scratch memory and packed operands are a level's own.)
//
// Each kernel exists for float32 and float64 and is compiled from one source for several
// instruction sets; the best one the processor has is chosen at the first call. The environment
// variable LIGATURE_KERNELS (baseline, avx2, avx512) or `lk_use_level` forces another one.

#ifndef LIGATURE_KERNELS_H
#define LIGATURE_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// ---------------------------------------------------------------------------------------------
// Instruction sets

/// The instruction sets the kernels are compiled for. `baseline` is SSE2 on x86-64, NEON on arm64.
typedef enum LKLevel { LK_LEVEL_BASELINE = 0, LK_LEVEL_AVX2 = 1, LK_LEVEL_AVX512 = 2 } LKLevel;

/// The level in use on the calling thread.
LKLevel lk_level(void);
/// Whether this processor can run `level`.
int lk_supports_level(LKLevel level);
/// Uses `level` from now on; returns 0 and changes nothing when the processor lacks it.
int lk_use_level(LKLevel level);
/// The same for the calling thread alone, until `lk_follow_level`: for tests, which run beside others.
int lk_use_level_here(LKLevel level);
/// Ends what `lk_use_level_here` began.
void lk_follow_level(void);
/// A short name: "baseline", "avx2", "avx512" ("neon" for the baseline on arm64).
const char *lk_level_name(LKLevel level);

/// Scalar types of kernels that compute. Copies and conversions know all of them.
typedef enum LKScalar { LK_F32 = 0, LK_F64 = 1, LK_I32 = 2, LK_I64 = 3, LK_U8 = 4 } LKScalar;

// ---------------------------------------------------------------------------------------------
// Matrix product (float32, float64)

typedef enum LKActivation {
  LK_IDENTITY = 0,
  LK_ACT_RELU,
  LK_ACT_LEAKY_RELU,  // parameter: slope
  LK_ACT_TANH,
  LK_ACT_SIGMOID,
  LK_ACT_GELU         // the exact form, with erf
} LKActivation;

/// C = activation(A·B + bias), or C = activation(C + A·B + bias) when `accumulate` is set.
/// A is [m, k], B is [k, n], C is [m, n]; strides count scalars. A and B take any strides, so all
/// four transpose combinations are one kernel; columns of C are adjacent. Every element is one
/// chain of multiply-adds over k in ascending order, cut into blocks that depend on k only: the
/// value of C[i, j] does not depend on m, n, the strides, or how a caller splits rows and columns.
/// m, n or k may be 0 (k = 0 multiplies to zero; bias and activation still apply).
typedef struct LKProduct {
  size_t m, n, k;
  const void *a;
  ptrdiff_t a_row, a_column;
  const void *b;
  ptrdiff_t b_row, b_column;
  void *c;
  ptrdiff_t c_row;
  int accumulate;
  const void *bias;  // [n], or NULL
  LKActivation activation;
  double parameter;
} LKProduct;

/// Bytes of scratch memory (64-byte aligned) that `lk_product` needs for this product.
size_t lk_product_workspace(LKScalar type, const LKProduct *product);
void lk_product(LKScalar type, const LKProduct *product, void *workspace);

/// How to split one product into `parts` independent ones of about equal cost. Fills
/// `split_rows` with 1 when rows of C are to be split, 0 when columns are, and returns the
/// granularity: piece boundaries should be multiples of it.
size_t lk_product_split(LKScalar type, const LKProduct *product, size_t parts, int *split_rows);

// ---------------------------------------------------------------------------------------------
// Convolutions (float32, float64), of up to three spatial axes, channels last

/// A convolution of x, [batch, size..., inputs], with filters, [kernel..., inputs / groups, outputs],
/// to y, [batch, output..., outputs]:
///
///     y[n, p, o] = sum over k and i of x[n, p · stride + k · dilation - before, i] · filters[k, i, o]
///
/// where x is zero outside, and i runs over the inputs of o's group. Axes that are not used have size,
/// kernel, stride, dilation and output 1 and no padding. All arrays are contiguous; strides and
/// dilations are at least 1, kernel and output at least 1, and nothing overflows: (output - 1) · stride +
/// (kernel - 1) · dilation + 1 is the size with padding on both sides, or leaves the last of it unread.
typedef struct LKConvolution {
  size_t batch, inputs, outputs, groups;
  size_t size[3], kernel[3], output[3];
  size_t stride[3], dilation[3], before[3];
} LKConvolution;

/// From x to y, or from y's gradient to x's.
typedef enum LKConvolutionWay { LK_CONVOLUTION_FORWARD = 0, LK_CONVOLUTION_DATA } LKConvolutionWay;

/// Scalars that packed filters take.
size_t lk_convolution_packed(LKScalar type, const LKConvolution *c, LKConvolutionWay way);
/// Packs filters for `lk_convolution`, which may then run on several threads.
void lk_convolution_pack(LKScalar type, const LKConvolution *c, LKConvolutionWay way,
                         const void *filters, void *packed);
/// Bytes of scratch memory (64-byte aligned) for each call that runs by itself.
size_t lk_convolution_workspace(LKScalar type, const LKConvolution *c, LKConvolutionWay way,
                                size_t parts);
/// target (+)= the convolution of source + bias; bias, one for each channel of the target, may be NULL.
/// Forward, source is x and target y; in the backward pass source is y's gradient and target x's.
/// The work is batch · parts pieces; this runs `count` of them from `first` on. Every element is one
/// chain of multiply-adds from zero, over the kernel's places in ascending order (descending in the
/// backward pass) and over channels within: it does not depend on parts, nor on the batch. To at most
/// three channels of a group from eight or more, it is as many such chains as 64 bytes have scalars,
/// each over every so manieth channel, which are added in halves.
void lk_convolution(LKScalar type, const LKConvolution *c, LKConvolutionWay way, const void *source,
                    const void *packed, const void *bias, void *target, int accumulate, size_t parts,
                    size_t first, size_t count, void *workspace);

/// The sum over pixels in the filters' gradient is taken in shares, which depend on the sizes only;
/// callers add them up in ascending order.
size_t lk_convolution_shares(LKScalar type, const LKConvolution *c);
/// Parts of the filters' channels that a share may be cut into besides.
size_t lk_convolution_sections(LKScalar type, const LKConvolution *c);
size_t lk_convolution_weights_workspace(LKScalar type, const LKConvolution *c);
/// dw = the gradient in the filters over one share of the pixels, written in the channels of the
/// sections [first_section, first_section + section_count). Each element is one chain over observations
/// and pixels in ascending order.
void lk_convolution_weights(LKScalar type, const LKConvolution *c, size_t share,
                            size_t first_section, size_t section_count, const void *x,
                            const void *dy, void *dw, void *workspace);

// ---------------------------------------------------------------------------------------------
// Pooling (float32, float64), of up to three spatial axes, channels last

/// Windows of x, [batch, size..., channels]: window i of an axis has every step-th of the elements
/// [first[i], last[i]), one at least. Fewer than 2³¹ places.
typedef struct LKPooling {
  size_t batch, channels;
  size_t size[3], output[3], step[3];
  const size_t *first[3], *last[3];
} LKPooling;

/// For each window and channel the place (its number among the size's elements, row-major) of the first
/// of the largest elements, [batch, output..., channels]; a NaN wins, as the first one met. Runs over
/// `count` lines of windows from `first` on, of the batch · output[0] · output[1] there are.
void lk_pool_places(LKScalar type, const LKPooling *p, size_t first, size_t count, const void *x,
                    int64_t *places);
/// y (+)= the elements of x, [rows, pixels, channels], that indices, [rows, places, channels], name
/// within their row and channel.
void lk_take_places(LKScalar type, size_t rows, size_t channels, size_t pixels, size_t places,
                    const int64_t *indices, const void *x, void *y, int accumulate);
/// x += y at the places that indices name, in ascending order.
void lk_add_places(LKScalar type, size_t rows, size_t channels, size_t pixels, size_t places,
                   const int64_t *indices, const void *y, void *x);

// ---------------------------------------------------------------------------------------------
// Elementwise maps (float32, float64)

typedef enum LKMap {
  LK_NEGATE = 0,
  LK_ABS,
  LK_SIGN,
  LK_SQUARE,
  LK_SQRT,
  LK_RECIPROCAL,
  LK_EXP,
  LK_EXPM1,
  LK_LOG,
  LK_LOG1P,
  LK_SIN,          // for every argument, as LK_COS
  LK_COS,
  LK_TANH,
  LK_SIGMOID,
  LK_RELU,
  LK_LEAKY_RELU,   // p: slope for x < 0
  LK_GELU,         // x Φ(x), exact
  LK_SOFTPLUS,     // log(1 + exp(x)), stable
  LK_CLAMP,        // to [p, q]
  LK_POWER,        // x to the power p; special values as in C
  LK_AFFINE,       // p x + q
  LK_QUOTIENT,     // x / p
  LK_FLOOR,
  LK_ROUND,        // half to even
  LK_CEIL,
  LK_TRUNC,        // toward zero
  LK_RSQRT,        // 1 / sqrt(x)
  LK_EXP2,         // exact for whole numbers, as is LK_LOG2 for powers of 2
  LK_LOG2,
  LK_LOG10,
  LK_TAN,          // for every argument, as LK_SIN
  LK_ASIN,         // NaN beyond 1, as LK_ACOS
  LK_ACOS,
  LK_ATAN,
  LK_SINH,
  LK_COSH,
  LK_ASINH,
  LK_ACOSH,        // NaN below 1
  LK_ATANH,        // NaN beyond 1
  LK_ERF,          // 2/√π times the integral of exp(-t²) from 0 to x
  LK_MAP_COUNT
} LKMap;

/// y = op(x); x and y may be the same buffer. NaN goes in, NaN comes out (clamp, relu included).
void lk_map(LKScalar type, LKMap op, size_t n, const void *x, void *y, double p, double q);

/// dx (+)= dy · op'(x). `y` is op(x). Maps whose derivative is a function of the result (exp,
/// expm1, exp2, sqrt, rsqrt, reciprocal, tan, tanh, sigmoid, relu, leaky relu with positive slope) read y and not x
/// (x may be NULL);
/// the others read x and not y. At a kink the derivative is 0 (abs, relu) or the one inside the interval (clamp).
void lk_map_gradient(LKScalar type, LKMap op, size_t n, const void *x, const void *y,
                     const void *dy, void *dx, double p, double q, int accumulate);
/// 1 when `lk_map_gradient` reads x for this op, 0 when it reads y.
int lk_map_gradient_reads_input(LKMap op);

/// For the backward of a product with a fused activation: dz = dy · act'(y), over [rows, columns]
/// with row strides `stride` for y, dy and dz alike; dz may be dy. Then, unless `dbias` is NULL,
/// dbias (+)= the column sums of dz, each summed over rows in a fixed order, so that a caller may
/// split columns. GELU is not supported here (its derivative is not a function of y).
void lk_activation_gradient(LKScalar type, LKActivation activation, double parameter, size_t rows,
                            size_t columns, ptrdiff_t stride, const void *y, const void *dy,
                            void *dz, void *dbias, int accumulate_bias);

typedef enum LKZip {
  LK_ADD = 0,
  LK_SUBTRACT,
  LK_MULTIPLY,
  LK_DIVIDE,
  LK_POWER_ZIP,
  LK_MAXIMUM,      // NaN if either is NaN
  LK_MINIMUM,
  LK_LESS,         // comparisons give 0 or 1 in the same scalar type
  LK_LESS_EQUAL,
  LK_GREATER,
  LK_GREATER_EQUAL,
  LK_EQUAL,
  LK_NOT_EQUAL,
  LK_REMAINDER,    // a - b floor(a / b), exact but for the one addition that moves it to the sign of b
  LK_ATAN2,        // the angle of the point (b, a) in (-π, π]; special values as in C
  LK_HYPOT,        // sqrt(a² + b²) without overflow on the way; infinite if either is
  LK_ZIP_COUNT
} LKZip;

/// out (+)= op(a, b) over n elements; a stride is 1, or 0 for one scalar repeated. Also for I32, I64
/// (power, atan2 and hypot excepted; division by zero, and what it leaves, is 0 there). `out` may be a or b when its stride is 1.
void lk_zip(LKScalar type, LKZip op, size_t n, const void *a, ptrdiff_t a_stride, const void *b,
            ptrdiff_t b_stride, void *out, int accumulate);
/// out (+)= a · b · c, a stride being 0 or 1 each. For gradients.
void lk_multiply3(LKScalar type, size_t n, const void *a, ptrdiff_t a_stride, const void *b,
                  ptrdiff_t b_stride, const void *c, ptrdiff_t c_stride, void *out,
                  int accumulate);
/// y += alpha · x.
void lk_add_scaled(LKScalar type, size_t n, double alpha, const void *x, void *y);
/// out = mask ≠ 0 ? a : b; strides 0 or 1; any of the five types by its size (mask has `type`).
void lk_select(LKScalar type, size_t n, const void *mask, ptrdiff_t mask_stride, const void *a,
               ptrdiff_t a_stride, const void *b, ptrdiff_t b_stride, void *out);

/// Axes of a tensor at most.
enum { LK_MAXIMUM_RANK = 8 };

/// Up to three operands that are read as if they had one shape: made by `lk_broadcast_begin`, one
/// `lk_broadcast_add` for each operand, and `lk_broadcast_merge`. Constant afterwards.
typedef struct LKBroadcast {
  int rank, operands;
  size_t shape[LK_MAXIMUM_RANK];
  ptrdiff_t strides[3][LK_MAXIMUM_RANK];  // in elements; 0 where an operand is stretched
  const void *data[3];
} LKBroadcast;

/// `shape` is the result's, with no size of 0.
void lk_broadcast_begin(LKBroadcast *broadcast, int rank, const size_t *shape);
/// An operand whose axes are the last ones of the result, each as long as there, or 1.
void lk_broadcast_add(LKBroadcast *broadcast, int rank, const size_t *shape,
                      const ptrdiff_t *strides, const void *data);
/// Makes one axis of those that are one in every operand.
void lk_broadcast_merge(LKBroadcast *broadcast);
/// Elements first ..< first + count of `out` (+)= op of the two operands, as `lk_zip`. `out` is the
/// whole result, contiguous; it may be an operand that has its shape.
void lk_zip_broadcast(LKScalar type, LKZip op, const LKBroadcast *broadcast, size_t first,
                      size_t count, void *out, int accumulate);
/// The same of mask and two operands, as `lk_select`.
void lk_select_broadcast(LKScalar type, const LKBroadcast *broadcast, size_t first, size_t count,
                         void *out);

// ---------------------------------------------------------------------------------------------
// Reductions and rows (float32, float64)

typedef enum LKReduction {
  LK_SUM = 0,
  LK_SUM_OF_SQUARES,
  LK_PRODUCT_OF,
  LK_MAX_OF,
  LK_MIN_OF,
  LK_MEAN_OF
} LKReduction;

/// x is [outer, n, inner]; out (+)= reduction over n, [outer, inner]. Sums are pairwise or blocked,
/// so the error grows with log n, not n; a mean is rounded once. n = 0 gives 0, 0, 1, -inf, +inf, NaN.
void lk_reduce(LKScalar type, LKReduction op, size_t outer, size_t n, size_t inner, const void *x,
               void *out, int accumulate);
/// The same of the first `columns` of [n, inner], for callers that cut wide rows; inner > 1.
void lk_reduce_columns(LKScalar type, LKReduction op, size_t n, size_t inner, size_t columns,
                       const void *x, void *out, int accumulate);
/// Index of the first largest (or, with `smallest`, smallest) element over n: [outer, inner] int64.
/// A NaN wins, as the first one met. n must be at least 1.
void lk_arg_extreme(LKScalar type, int smallest, size_t outer, size_t n, size_t inner,
                    const void *x, int64_t *out);
/// Sum of a·b: runs of 1024 in the scalar type, their sums in double.
double lk_dot(LKScalar type, size_t n, const void *a, const void *b);
/// 1 when low <= x <= high for every element, and so none is NaN. The bounds are rounded to `type`.
int lk_all_within(LKScalar type, size_t n, double low, double high, const void *x);

/// Softmax (or its logarithm) over the rows of [rows, columns]; x and y may be the same buffer.
void lk_softmax(LKScalar type, int logarithm, size_t rows, size_t columns, const void *x, void *y);
/// dx (+)= the pull-back of dy at the result y.
void lk_softmax_gradient(LKScalar type, int logarithm, size_t rows, size_t columns, const void *y,
                         const void *dy, void *dx, int accumulate);
/// y = (x - mean) · inverse, row by row, with the row's mean and 1/sqrt(variance + epsilon)
/// (biased variance, two passes), which are stored in mean[rows] and inverse[rows].
void lk_normalize_rows(LKScalar type, size_t rows, size_t columns, double epsilon, const void *x,
                       void *y, void *mean, void *inverse);
/// dx (+)= pull-back of dy through lk_normalize_rows at its result y.
void lk_normalize_rows_gradient(LKScalar type, size_t rows, size_t columns, const void *y,
                                const void *inverse, const void *dy, void *dx, int accumulate);

// Normalisation of [places, channels] over all places and `depth` neighbouring channels each, in three
// steps: moments of chunks of places, which may be taken at the same time; their merging; the result.

/// moments[2][channels]: the mean of each channel over a chunk's places, and the sum of the squares of
/// what lies away from it.
void lk_channel_moments(LKScalar type, size_t places, size_t channels, const void *x,
                        void *moments);
/// statistics[2][groups · depth]: of each channel the mean and the biased variance of its group, from
/// the moments of all chunks, of `chunk` places each but the last. Summed in double.
void lk_merge_moments(LKScalar type, size_t places, size_t chunk, size_t groups, size_t depth,
                      const void *moments, void *statistics);
/// y = (x - mean) / sqrt(variance + epsilon) · scale + offset; scale and offset may be NULL.
void lk_normalize_channels(LKScalar type, size_t places, size_t channels, double epsilon,
                           const void *x, const void *statistics, const void *scale,
                           const void *offset, void *y);
/// sums[2][channels]: over a chunk's places, of dy and of dy · (x - mean).
void lk_channel_slopes(LKScalar type, size_t places, size_t channels, const void *x,
                       const void *dy, const void *statistics, void *sums);
/// parameters[2][channels]: the gradients in scale and offset; slopes[2][channels]: what the gradient in
/// x takes from these sums of all chunks.
void lk_merge_slopes(LKScalar type, size_t places, size_t chunk, size_t groups, size_t depth,
                     double epsilon, const void *sums, const void *statistics, const void *scale,
                     void *slopes, void *parameters);
/// dx (+)= the pull-back of dy through lk_normalize_channels, statistics included.
void lk_normalize_channels_gradient(LKScalar type, size_t places, size_t channels, double epsilon,
                                    const void *x, const void *dy, const void *statistics,
                                    const void *scale, const void *slopes, void *dx,
                                    int accumulate);

// ---------------------------------------------------------------------------------------------
// Scaled dot-product attention (float32, float64) of one sequence and head

typedef struct LKAttention {
  size_t queries, keys;             // rows of each
  size_t features, value_features;  // of queries and keys; of values
  double scale;                     // of the scores
  int causal;                       // whether query i sees the keys up to i + lead only
  ptrdiff_t lead;
  ptrdiff_t query_row, key_row, value_row, upstream_row;  // strides; a row's scalars are adjacent
} LKAttention;

/// Bytes of scratch memory for lk_attention.
size_t lk_attention_workspace(LKScalar type, const LKAttention *a);
/// out[queries][value_features], `count` rows of it from `first` on, a multiple of 64: softmax(scale ·
/// queries · keysᵀ) · values over the keys that a query sees, zeros where it sees none.
/// statistics[2][queries]: the largest score, and 1 / the sum of exp(score - largest).
void lk_attention(LKScalar type, const LKAttention *a, size_t first, size_t count,
                  const void *queries, const void *keys, const void *values, void *out,
                  void *statistics, void *workspace);
/// Bytes of scratch memory for lk_attention_gradient.
size_t lk_attention_gradient_workspace(LKScalar type, const LKAttention *a);
/// The gradients in queries, keys and values, rows side by side, from the gradient dy of the result.
void lk_attention_gradient(LKScalar type, const LKAttention *a, const void *queries,
                           const void *keys, const void *values, const void *out,
                           const void *statistics, const void *dy, void *dq, void *dk, void *dv,
                           void *workspace);

// ---------------------------------------------------------------------------------------------
// Recurrent layers (float32, float64): whole sequences of some rows of a batch

typedef enum LKCell {
  LK_CELL_LSTM = 0,  // gates: input, forget, candidate, output
  LK_CELL_GRU,       // gates: reset, update, candidate; reset after the product
  LK_CELL_TANH,
  LK_CELL_RELU
} LKCell;

/// A recurrent layer over `steps` steps of `rows` rows. The rows of a batch are independent: callers
/// cut them as they like, and every row's results stay the same to the last bit.
typedef struct LKRecurrence {
  LKCell cell;
  size_t hidden, features, rows, steps;
  int reversed;            // from the last step to the first
  int keeps;               // whether `lk_recurrence_backward` is to follow
  const int64_t *lengths;  // [rows]: steps from there on are padding and count for nothing; or NULL
  const void *x;           // features are adjacent
  ptrdiff_t x_row, x_step;
  const void *state, *memory;        // [rows, hidden], before the first step; NULL for zeros
  void *final_state, *final_memory;  // [rows, hidden]; memory is the LSTM's, else NULL
  void *output;                      // states of all steps, zeros at padding; or NULL
  ptrdiff_t output_row, output_step;
  /// What the layer works in, see `LKRecurrenceLayout`: rows · width scalars for each of
  /// steps + 1 (two, if it does not keep), rows · columns for each of steps (one), and of an LSTM
  /// rows · padded hidden size for each of steps + 1 (two), else NULL.
  void *operands, *gates, *memories;
} LKRecurrence;

/// Sizes of buffers, in scalars; they depend on cell, hidden, features, rows and steps.
typedef struct LKRecurrenceLayout {
  size_t hidden;          // padded to whole vectors
  size_t columns;         // of the product of a step: a block of `hidden` for each part of the cell
  size_t operand, width;  // of a row [state | input | 1], and its stride
  size_t packed_forward, packed_state, packed_input;
  size_t gradient_row;    // stride of the gradient of `columns`
  size_t chunk;           // steps whose share of the weights' gradient is summed at a time
  size_t workspace;       // of the backward pass
} LKRecurrenceLayout;

LKRecurrenceLayout lk_recurrence_layout(LKScalar type, const LKRecurrence *r);

/// Packs weights [features, gates · hidden], recurrent weights [hidden, gates · hidden], bias
/// [gates · hidden] and the GRU's bias of the candidate's recurrent part [hidden]; a missing bias is
/// zeros. `combined` holds operand · columns scalars. `state` and `input` are needed for the way
/// back only, and may be NULL.
void lk_recurrence_pack(LKScalar type, const LKRecurrence *r, const void *weights,
                        const void *recurrent, const void *bias, const void *recurrent_bias,
                        void *combined, void *forward, void *state, void *input);
/// The other way, for a gradient of `combined`; targets may be NULL.
void lk_recurrence_unpack(LKScalar type, const LKRecurrence *r, void *combined, void *weights,
                          void *recurrent, void *bias, void *recurrent_bias, int accumulate);

void lk_recurrence_forward(LKScalar type, const LKRecurrence *r, const void *packed_forward);

typedef struct LKRecurrenceGradients {
  const void *packed_state, *packed_input;
  const void *d_output;  // or NULL
  ptrdiff_t d_output_row, d_output_step;
  const void *d_final_state, *d_final_memory;  // or NULL for zeros
  void *d_state, *d_memory;                    // written; or NULL
  void *d_x;                                   // written, features adjacent; or NULL
  ptrdiff_t d_x_row, d_x_step;
  void *d_weights;  // of `combined`, written: the sum over these rows only; or NULL
} LKRecurrenceGradients;

/// After `lk_recurrence_forward` on the same rows with `keeps` set. The sum over rows and steps in
/// `d_weights` has an order that depends on the sizes only.
void lk_recurrence_backward(LKScalar type, const LKRecurrence *r, const LKRecurrenceGradients *g,
                            void *workspace);

// ---------------------------------------------------------------------------------------------
// Losses: the sum over n elements is returned; a gradient, scaled by `scale`, is written unless NULL

/// Binary cross-entropy of logits z and targets t: max(z,0) - z t + log1p(exp(-|z|)); gradient in z.
double lk_binary_cross_entropy_logits(LKScalar type, size_t n, const void *z, const void *t,
                                      double scale, void *gradient);
/// The same for probabilities, clamped to [epsilon, 1 - epsilon]; the gradient is that of the
/// clamped value.
double lk_binary_cross_entropy(LKScalar type, size_t n, const void *p, const void *t,
                               double epsilon, double scale, void *gradient);
/// Sum of (a - b)²; gradient in a.
double lk_squared_error(LKScalar type, size_t n, const void *a, const void *b, double scale,
                        void *gradient);

// ---------------------------------------------------------------------------------------------
// Copies, conversions, gathers

/// Copies a strided box of up to 8 dimensions; strides count elements of `type`. With `accumulate`
/// (float32, float64 only) adds instead. Transposes go through cache-sized blocks.
void lk_copy(LKScalar type, int rank, const size_t *shape, const void *source,
             const ptrdiff_t *source_strides, void *target, const ptrdiff_t *target_strides,
             int accumulate);
/// Converts n elements. Floating point to integer truncates toward zero; NaN becomes 0; what is out
/// of an integer type's range becomes the nearest end of it.
void lk_convert(LKScalar from, LKScalar to, size_t n, const void *source, void *target);
/// source is [outer, axis, inner], out is [outer, count, inner]; indices were validated by the caller.
void lk_gather(LKScalar type, size_t outer, size_t axis, size_t inner, size_t count,
               const int64_t *indices, const void *source, void *out);
/// target[outer, indices[i], inner] += source[outer, i, inner] in ascending i (float32, float64).
void lk_scatter_add(LKScalar type, size_t outer, size_t axis, size_t inner, size_t count,
                    const int64_t *indices, const void *source, void *target);
/// x = value.
void lk_fill(LKScalar type, size_t n, double value, void *x);

// ---------------------------------------------------------------------------------------------
// Lines: numbers one after another along the middle axis of [outer, n, inner]

/// out[i] = factors[i] · out[i - 1] + terms[i], from the other end when `reversed`. Without factors
/// (NULL) they are 1, and what is before the first is 0: running sums. Without terms they are 0, and
/// what is before the first is 1: running products. float32 is carried on in double and rounded
/// where it is written; I32 and I64 wrap around.
void lk_scan(LKScalar type, int reversed, size_t outer, size_t n, size_t inner,
             const void *factors, const void *terms, void *out);
/// The place of the first largest (or, with `smallest`, smallest) of the numbers up to each one. The
/// first NaN wins, and stays. F32, F64, I32, I64.
void lk_cumulative_extreme(LKScalar type, int smallest, size_t outer, size_t n, size_t inner,
                           const void *x, int64_t *out);

/// Bytes of scratch memory (8-byte aligned) that `lk_argsort` needs for lines of n numbers.
size_t lk_argsort_workspace(size_t n);
/// The places of a line's numbers in ascending (or descending) order, for `count` of the outer · inner
/// lines from number `first` on. Equal numbers keep their order, and NaN counts as larger than
/// any number. Every scalar type.
void lk_argsort(LKScalar type, int descending, size_t n, size_t inner, size_t first, size_t count,
                const void *x, int64_t *out, void *workspace);
/// For m values of each row the first place in an ascending line of n where they could be put, or with
/// `right` the last. `sorted_row` is the distance of lines, 0 for one line. NaN as above.
void lk_search_sorted(LKScalar type, int right, size_t rows, size_t n, size_t m, const void *sorted,
                      size_t sorted_row, const void *values, int64_t *out);

/// out[o, i, c] = source[o, indices[o, i, c], c]; source is [outer, axis, inner], the others
/// [outer, count, inner]; indices were validated by the caller. Every scalar type.
void lk_take_along(LKScalar type, size_t outer, size_t axis, size_t count, size_t inner,
                   const int64_t *indices, const void *source, void *out);
/// target[o, indices[o, i, c], c] = source[o, i, c] in ascending i, so that the last one stays; with
/// `accumulate` (not U8) adds instead.
void lk_put_along(LKScalar type, size_t outer, size_t axis, size_t count, size_t inner,
                  const int64_t *indices, const void *source, void *target, int accumulate);
/// Sums of I32, I64 or U8 over n, which wrap around: [outer, inner] int64.
void lk_sum_integers(LKScalar type, size_t outer, size_t n, size_t inner, const void *x,
                     int64_t *out);

// ---------------------------------------------------------------------------------------------
// Small dense matrices (float32, float64), row-major; computed in double and rounded at the end

/// Bytes of scratch memory (8-byte aligned) for the functions below.
size_t lk_matrix_workspace(size_t n, size_t m);
/// X with A X = B for A [n, n] and B [n, m], by elimination with row pivots. Returns 1 where a pivot is
/// 0, and X means nothing, else 0.
int lk_solve(LKScalar type, size_t n, size_t m, const void *a, const void *b, void *x,
             void *workspace);
/// The same for a triangular A, of which the other triangle is not read. Returns 1 for a 0 on the
/// diagonal.
int lk_solve_triangular(LKScalar type, int upper, size_t n, size_t m, const void *a, const void *b,
                        void *x, void *workspace);
/// The lower triangular L with L Lᵀ = A and zeros above, from A's lower triangle. Returns 1 where A is
/// not positive definite.
int lk_cholesky(LKScalar type, size_t n, const void *a, void *l, void *workspace);
/// The n pivots of elimination, the first with the sign of the exchanges: their product is det A.
void lk_pivots(LKScalar type, size_t n, const void *a, void *pivots, void *workspace);

// ---------------------------------------------------------------------------------------------
// Random numbers: Philox4x32-10 (Salmon et al. 2011), element i depends on key, stream and i only

/// Element i of the output is number (first + i) of the stream, so callers may split ranges.
/// Uniform in [low, high): 24 random bits for float32, 53 for float64; never `high`.
void lk_random_uniform(LKScalar type, uint64_t key, uint64_t stream, uint64_t first, size_t n,
                       double low, double high, void *out);
/// Normal, by Box-Muller on pairs of one Philox block.
void lk_random_normal(LKScalar type, uint64_t key, uint64_t stream, uint64_t first, size_t n,
                      double mean, double deviation, void *out);
/// `value` with probability `keep`, else 0.
void lk_random_mask(LKScalar type, uint64_t key, uint64_t stream, uint64_t first, size_t n,
                    double keep, double value, void *out);
/// One raw block: four 32-bit words of counter (index, stream) under key. For reference tests and integers.
void lk_random_block(uint64_t key, uint64_t stream, uint64_t index, uint32_t out[4]);

// ---------------------------------------------------------------------------------------------
// Solver steps, each one pass over memory. `l2` adds l2·w to the gradient; `gradient_scale`
// multiplies the gradient first (clipping).

typedef struct LKAdam {
  double learn_rate, beta1, beta2, epsilon, l2, gradient_scale;
  double correction1, correction2;  // 1 - beta1^t, 1 - beta2^t
  double decoupled_decay;           // w -= learn_rate · decay · w (AdamW); 0 for none
} LKAdam;
/// m = β1 m + (1-β1) g; v = β2 v + (1-β2) g²; w -= α (m/c1) / (sqrt(v/c2) + ε). (Kingma & Ba 2015)
void lk_adam(LKScalar type, size_t n, const LKAdam *settings, const void *gradient, void *w,
             void *m, void *v);
/// m = β1 m + (1-β1) g; u = max(β2 u, |g| + ε); w -= α (m/c1) / u. (AdaMax, Kingma & Ba 2015)
/// `correction2` and `decoupled_decay` are not looked at.
void lk_adamax(LKScalar type, size_t n, const LKAdam *settings, const void *gradient, void *w,
               void *m, void *u);
/// w -= α (sign(β1 m + (1-β1) g) + decay · w); m = β2 m + (1-β2) g. (Chen et al. 2023)
/// `epsilon` and the corrections are not looked at.
void lk_lion(LKScalar type, size_t n, const LKAdam *settings, const void *gradient, void *w,
             void *m);
/// velocity = momentum·velocity - α g; w += velocity (MATLAB's and Polyak's form), or, as Nesterov
/// has it, w += momentum·velocity - α g.
void lk_momentum(LKScalar type, size_t n, double learn_rate, double momentum, int nesterov,
                 double l2, double gradient_scale, const void *gradient, void *w, void *velocity);
/// v = ρ v + (1-ρ) g²; w -= α g / (sqrt(v) + ε).
void lk_rmsprop(LKScalar type, size_t n, double learn_rate, double decay, double epsilon, double l2,
                double gradient_scale, const void *gradient, void *w, void *v);

// ---------------------------------------------------------------------------------------------
// Measuring

/// Runs `iterations` rounds of independent multiply-adds that live in registers only, at the
/// level in use, and returns how many floating-point operations that was.
double lk_peak_loop(LKScalar type, size_t iterations);

// ---------------------------------------------------------------------------------------------
// Waiting

/// Tells the processor that the calling thread waits in a loop.
static inline void lk_spin_hint(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

#ifdef __cplusplus
}
#endif

#endif
