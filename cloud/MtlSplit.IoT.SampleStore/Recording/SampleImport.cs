using Microsoft.Extensions.Logging.Abstractions;
using MtlSplit.IoT.Contracts.Features;
using MtlSplit.IoT.Messaging;
using MtlSplit.IoT.SampleStore.Partitions;

namespace MtlSplit.IoT.SampleStore.Recording;

/// <summary>
/// Puts messages into a store without a bus, by the same rules as a <see cref="SampleRecorder"/>, which may not run
/// meanwhile. One thread at a time; disposing writes what was added and turns it into Parquet.
/// </summary>
public sealed class SampleImport : IDisposable
{
    private const int GroupBytes = 4 << 20;

    private readonly SampleIntake _intake;
    private readonly DescriptorFolder _descriptors;
    private readonly SampleWriter _writer;
    private readonly TimeProvider _time;

    /// <summary>Opens the store of a data folder for writing.</summary>
    /// <param name="dataFolder">The data folder.</param>
    /// <param name="fleet">The fleet whose messages are taken.</param>
    /// <param name="time">The clock for the time of receipt.</param>
    /// <exception cref="SampleStoreException">A recorder writes to it, or its catalog is damaged.</exception>
    public SampleImport(string dataFolder, string fleet, TimeProvider time)
    {
        var folder = new SampleFolder(dataFolder);
        _intake = new SampleIntake(fleet);
        _descriptors = new DescriptorFolder(folder);
        _writer = new SampleWriter(folder, new StoreLimits(), time, NullLogger.Instance);
        _time = time;
    }

    /// <summary>Keeps a contract's descriptor.</summary>
    public void Add(FeatureDescriptor descriptor) => _descriptors.Keep(descriptor.Contract, descriptor.ToCanonicalJson());

    /// <summary>Takes a feature, a prediction or a label.</summary>
    /// <param name="topic">The topic that it belongs on.</param>
    /// <param name="payload">Its bytes.</param>
    /// <returns>Why it was kept out, or <see cref="BadSample.None"/>.</returns>
    /// <exception cref="IOException">The disk refuses it.</exception>
    public BadSample Add(string topic, ReadOnlyMemory<byte> payload)
    {
        var bad = _intake.Read(new BusDelivery(topic, payload), _time.GetUtcNow().ToUnixTimeMilliseconds() * 1000, out var record, out _);
        if (bad == BadSample.None)
        {
            _writer.Add(record);
            if (_writer.PendingBytes >= GroupBytes)
            {
                _writer.Commit();
            }
        }

        return bad;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            _writer.Commit();
            _writer.Compact();
        }
        finally
        {
            _writer.Dispose();
        }
    }
}
