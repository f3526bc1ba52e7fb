/// What the autoencoders can be told.
enum AutoencoderFlags {
  static let data = Flag<String?>.string(
    "data", "DIR", "a folder with DigitsDataTrain.mat and DigitsDataTest.mat, or MNIST's IDX files",
    shownDefault: "digits the program draws itself")
  static let recipe = Flag<Recipe>.choice(
    "recipe", "how to train: as published, or for the lowest error", default: .best)
  static let epochs = Flag<Int>.int(
    "epochs", "N", "passes over the training images", default: 30, in: 1...100_000)
  static let batch = Flag<Int?>.int(
    "batch", "N", "images a step", shownDefault: "the recipe's: 128 or 16", in: 1...100_000)
  static let seed = Flag<Int>.int(
    "seed", "N", "keys first values, order and drawn digits", default: 0, in: 0 ... .max)
  static let threads = Flag<Int?>.int(
    "threads", "N", "threads to compute with", shownDefault: "all cores", in: 1...1024)
  static let split = Flag<Bool>.switch(
    "validation", "keep 60 % of the test images for validation, and test on the other 40 %")
  static let output = Flag<String>.string(
    "output", "DIR", "where reconstructions.png and training.svg go", default: "autoencoder-output")
  static let json = Flag<String?>.string(
    "json", "FILE", "write settings, times, losses and memory there", shownDefault: "not written")
  static let quiet = Flag<Bool>.switch("quiet", "no progress, only the result")

  static let all: [any DeclaredFlag] = [
    data, recipe, epochs, batch, seed, threads, split, analyzeFlag, output, json, quiet,
  ]
}
