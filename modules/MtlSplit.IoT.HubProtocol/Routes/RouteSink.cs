using System.Diagnostics.CodeAnalysis;

namespace MtlSplit.IoT.HubProtocol.Routes;

/// <summary>The INTO of a route: the hub in the cloud, or an input of a module. Immutable; compares by value.</summary>
public sealed record RouteSink
{
    private RouteSink(string? moduleId, string? input)
    {
        ModuleId = moduleId;
        Input = input;
    }

    /// <summary>The hub in the cloud, <c>$upstream</c>.</summary>
    public static RouteSink Upstream { get; } = new(null, null);

    /// <summary>Whether messages go to the hub in the cloud and not to a module.</summary>
    [MemberNotNullWhen(false, nameof(ModuleId), nameof(Input))]
    public bool IsUpstream => ModuleId is null;

    /// <summary>The module; null for the hub in the cloud.</summary>
    public string? ModuleId { get; }

    /// <summary>The module's input; null for the hub in the cloud.</summary>
    public string? Input { get; }

    /// <summary>An input of a module.</summary>
    public static RouteSink ModuleInput(string moduleId, string input) => new(moduleId, input);

    /// <summary>As a route has it.</summary>
    public override string ToString() => IsUpstream ? "$upstream" : $"BrokeredEndpoint(\"/modules/{ModuleId}/inputs/{Input}\")";
}
