using System.Numerics.Tensors;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Inference.Encoding;
using MtlSplit.IoT.Inference.Sessions;
using MtlSplit.IoT.Training.Loading;

namespace MtlSplit.IoT.Training.Evaluation;

/// <summary>
/// Runs images the whole way that frames go in the field: ONNX backbone, encoder, decoder, ONNX heads. Several workers, each with
/// sessions of its own.
/// </summary>
public static class BundlePredictor
{
    private const int HeadBatch = 64;

    /// <summary>Predicts every task for every image.</summary>
    /// <param name="path">The files and the contract.</param>
    /// <param name="encoding">The name of one of the contract's encodings.</param>
    /// <param name="images">The images, of the contract's size; must know the tasks.</param>
    /// <param name="workers">How many workers.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <exception cref="ArgumentException">The encoding or a task is unknown, or the images have another size.</exception>
    /// <exception cref="InferenceModelException">A model cannot be run.</exception>
    public static BundlePredictions Predict(BundlePath path, string encoding, ImageSet images, int workers, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(workers);
        var input = path.Descriptor.Input;
        if ((input.Height, input.Width) != (images.Height, images.Width))
        {
            throw new ArgumentException($"The contract takes {input.Width}x{input.Height} pixels, the images have {images.Width}x{images.Height}.", nameof(images));
        }

        var variant = path.Descriptor.FindEncoding(encoding)
            ?? throw new ArgumentException($"The contract has no encoding '{encoding}'; it has {string.Join(", ", path.Descriptor.Encodings.Select(e => e.Name))}.", nameof(encoding));
        int[] columns = [.. path.Heads.Select(head => images.TaskIndex(head.Task))];
        var classes = columns.Select(_ => new int[images.Count]).ToArray();
        var tops = columns.Select(_ => new float[images.Count]).ToArray();
        var totals = new Totals(columns.Length);
        var next = -HeadBatch;
        var options = new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellation };
        Parallel.For(0, workers, options, _ =>
        {
            using var worker = new Worker(path, variant, images, columns, classes, tops);
            for (var from = Interlocked.Add(ref next, HeadBatch); from < images.Count; from = Interlocked.Add(ref next, HeadBatch))
            {
                cancellation.ThrowIfCancellationRequested();
                worker.Run(from, Math.Min(HeadBatch, images.Count - from));
            }

            totals.Add(worker);
        });
        double values = (double)images.Count * path.Descriptor.Feature.Length;
        return new BundlePredictions(
            new Predictions(classes, [.. totals.Loss.Select(loss => loss / images.Count)]),
            tops,
            (double)totals.Bytes / images.Count,
            totals.Saturated / values);
    }

    private sealed class Totals(int tasks)
    {
        public double[] Loss { get; } = new double[tasks];

        public long Bytes { get; private set; }

        public long Saturated { get; private set; }

        public void Add(Worker worker)
        {
            lock (Loss)
            {
                Bytes += worker.Bytes;
                Saturated += worker.Saturated;
                TensorPrimitives.Add(Loss, worker.Loss, Loss);
            }
        }
    }

    private sealed class Worker : IDisposable
    {
        private readonly ImageSet _images;
        private readonly int[] _columns;
        private readonly int[][] _classes;
        private readonly float[][] _tops;
        private readonly BackboneSession _backbone;
        private readonly HeadSession[] _heads;
        private readonly FeatureEncoder _encoder;
        private readonly FeatureDecoder _decoder;
        private readonly byte[] _encoded;

        public Worker(BundlePath path, EncodingVariant variant, ImageSet images, int[] columns, int[][] classes, float[][] tops)
        {
            (_images, _columns, _classes, _tops) = (images, columns, classes, tops);
            _encoder = new FeatureEncoder(path.Descriptor, variant);
            _decoder = new FeatureDecoder(path.Descriptor);
            _encoded = new byte[_encoder.MaxEncodedLength];
            Loss = new double[columns.Length];
            _backbone = BackboneSession.Load(path.Backbone, path.Descriptor);
            _heads = [.. path.Heads.Select(head => HeadSession.Load(head.OnnxPath, path.Descriptor.Feature.Length, head.Classes, HeadBatch))];
        }

        public double[] Loss { get; }

        public long Bytes { get; private set; }

        public long Saturated { get; private set; }

        public void Run(int from, int count)
        {
            for (var row = 0; row < count; row++)
            {
                _images.Image(from + row).CopyTo(_backbone.Frame);
                var encoded = _encoder.Encode(_backbone.Run(), _encoded);
                Bytes += encoded.Length;
                Saturated += encoded.Saturated;
                var fault = _decoder.TryDecode(_encoder.Encoding.Id, _encoded.AsSpan(0, encoded.Length), _heads[0].FeatureAt(row));
                if (fault != DecodeFault.None)
                {
                    throw new InvalidOperationException($"Image {from + row}: its own feature does not decode ({fault}).");
                }

                for (var head = 1; head < _heads.Length; head++)
                {
                    _heads[0].FeatureAt(row).CopyTo(_heads[head].FeatureAt(row));
                }
            }

            for (var head = 0; head < _heads.Length; head++)
            {
                _heads[head].Run(count);
                var labels = _images.Labels(_columns[head]);
                for (var row = 0; row < count; row++)
                {
                    var probabilities = _heads[head].ProbabilitiesAt(row);
                    var top = TensorPrimitives.IndexOfMax(probabilities);
                    _classes[head][from + row] = top;
                    _tops[head][from + row] = probabilities[top];
                    Loss[head] -= Math.Log(Math.Max(probabilities[labels[from + row]], 1e-30f));
                }
            }
        }

        public void Dispose()
        {
            _backbone.Dispose();
            foreach (var head in _heads)
            {
                head.Dispose();
            }

            _encoder.Dispose();
            _decoder.Dispose();
        }
    }
}
