using System.Diagnostics;
using MtlSplit.IoT.Backbone.Updating.Installing;
using MtlSplit.IoT.Storage.Files;

namespace MtlSplit.IoT.Backbone.Tests.Updating.Kills;

/// <summary>Does what it is told until the point where it kills its own process with SIGKILL: before a change, or half-way through a write.</summary>
internal sealed class KillingFileSystem(IFileSystem inner, KillPoint? point) : IFileSystem
{
    private InstallStep _step = InstallStep.Recover;
    private int _operations;
    private long _began = Stopwatch.GetTimestamp();

    /// <summary>A step begins: says so, for whoever watches, and how many changes the last one made.</summary>
    public void Begin(InstallStep step)
    {
        Console.WriteLine($"operations {_step} {_operations} {(int)Stopwatch.GetElapsedTime(_began).TotalMicroseconds}");
        Console.WriteLine($"step {step}");
        Console.Out.Flush();
        (_step, _operations, _began) = (step, 0, Stopwatch.GetTimestamp());
        if (point is { Microseconds: { } microseconds } && point.Step == step)
        {
            var began = _began;
            new Thread(() =>
            {
                while (Stopwatch.GetElapsedTime(began).TotalMicroseconds < microseconds)
                {
                    Thread.SpinWait(20);
                }

                Die();
            }).Start();
        }
    }

    public IFile Open(string path, FileOpening how)
    {
        if (how != FileOpening.Read)
        {
            Count();
        }

        return new KillingFile(this, inner.Open(path, how));
    }

    public bool FileExists(string path) => inner.FileExists(path);

    public bool DirectoryExists(string path) => inner.DirectoryExists(path);

    public IReadOnlyList<string> Files(string directory) => inner.Files(directory);

    public IReadOnlyList<string> Directories(string directory) => inner.Directories(directory);

    public void CreateDirectory(string path)
    {
        Count();
        inner.CreateDirectory(path);
    }

    public void DeleteFile(string path)
    {
        if (inner.FileExists(path))
        {
            Count();
            inner.DeleteFile(path);
        }
    }

    public void DeleteDirectory(string path)
    {
        // One by one, so that it can end in between.
        foreach (var file in inner.Files(path))
        {
            DeleteFile(file);
        }

        foreach (var directory in inner.Directories(path))
        {
            DeleteDirectory(directory);
        }

        if (inner.DirectoryExists(path))
        {
            Count();
            inner.DeleteDirectory(path);
        }
    }

    public void Rename(string from, string to)
    {
        Count();
        inner.Rename(from, to);
    }

    public void SyncDirectory(string path)
    {
        Count();
        inner.SyncDirectory(path);
    }

    private static void Die()
    {
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        self.Kill();
        new ManualResetEvent(false).WaitOne();
    }

    private bool IsHere() => point is { Microseconds: null } && point.Step == _step && point.Operation == _operations++;

    private void Count()
    {
        if (point is null)
        {
            _operations++;
        }
        else if (IsHere())
        {
            Die();
        }
    }

    private sealed class KillingFile(KillingFileSystem owner, IFile file) : IFile
    {
        public long Length => file.Length;

        public int Read(Span<byte> into, long at) => file.Read(into, at);

        public void Write(ReadOnlySpan<byte> bytes, long at)
        {
            if (owner.IsHere())
            {
                file.Write(bytes[..(bytes.Length / 2)], at);
                Die();
            }

            if (owner.IsCounting)
            {
                owner._operations++;
            }

            file.Write(bytes, at);
        }

        public void SetLength(long length)
        {
            owner.Count();
            file.SetLength(length);
        }

        public void Sync()
        {
            owner.Count();
            file.Sync();
        }

        public void Dispose() => file.Dispose();
    }

    private bool IsCounting => point is null;
}
