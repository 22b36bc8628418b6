using Microsoft.Extensions.Time.Testing;
using MtlSplit.IoT.DevHub.Archives;
using MtlSplit.IoT.HubProtocol.Errors;
using MtlSplit.IoT.Testing.Waiting;
using Xunit;

namespace MtlSplit.IoT.DevHub.Tests.Archives;

public sealed class TransferPolicyTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly TransferPolicy _policy;

    public TransferPolicyTests() => _policy = new TransferPolicy(2, _time);

    public void Dispose() => _policy.Dispose();

    [Fact]
    public async Task OneTooMany_IsToldWhenToComeAgain_AndThenGetsThePlaceThatIsFree()
    {
        var end = new TaskCompletionSource();
        var first = _policy.RunAsync(_ => end.Task, CancellationToken.None);
        var second = _policy.RunAsync(_ => end.Task, CancellationToken.None);

        var refused = await Assert.ThrowsAsync<HubException>(() => _policy.RunAsync(_ => Task.CompletedTask, CancellationToken.None));
        Assert.Equal((HubErrors.ServiceUnavailable, TransferPolicy.RetryAfter), (refused.Code, refused.RetryAfter));

        end.SetResult();
        await Task.WhenAll(first, second);
        await _policy.RunAsync(_ => Task.CompletedTask, CancellationToken.None);
    }

    [Fact]
    public async Task APlace_IsGivenBack_WhateverEndsTheTransfer()
    {
        for (var i = 0; i < 5; i++)
        {
            await Assert.ThrowsAsync<IOException>(() => _policy.RunAsync(_ => throw new IOException(), CancellationToken.None));
        }
    }

    [Fact]
    public async Task ATransferThatTakesTooLong_IsEnded()
    {
        var transfer = _policy.RunAsync(ct => Task.Delay(Timeout.InfiniteTimeSpan, _time, ct), CancellationToken.None);
        _time.Advance(TransferPolicy.Longest - TimeSpan.FromSeconds(1));
        Assert.False(transfer.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Expect.WithinAsync(transfer, "the transfer ends"));
    }
}
