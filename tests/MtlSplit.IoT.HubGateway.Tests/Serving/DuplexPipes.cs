using System.IO.Pipelines;

namespace MtlSplit.IoT.HubGateway.Tests.Serving;

/// <summary>Two streams of which each reads what the other writes, as a WebSocket's would be. Writes wait once 64 KiB are not read.</summary>
internal sealed class DuplexPipes : Stream
{
    private readonly Stream _reads;
    private readonly Stream _writes;

    private DuplexPipes(Pipe reads, Pipe writes)
    {
        _reads = reads.Reader.AsStream();
        _writes = writes.Writer.AsStream();
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public static (Stream Client, Stream Server) Pair()
    {
        var (up, down) = (new Pipe(), new Pipe());
        return (new DuplexPipes(down, up), new DuplexPipes(up, down));
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _reads.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => _writes.WriteAsync(buffer, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => _writes.FlushAsync(cancellationToken);

    public override void Flush() => _writes.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _writes.Dispose();
            _reads.Dispose();
        }

        base.Dispose(disposing);
    }
}
