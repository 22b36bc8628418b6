namespace MtlSplit.IoT.DevHub.Registry;

/// <summary>What one hub holds, as IoT Hub documents it.</summary>
internal static class HubLimits
{
    /// <summary>Devices and modules.</summary>
    public const int Entries = 1_000_000;

    /// <summary>Modules of one device.</summary>
    public const int ModulesPerDevice = 50;

    /// <summary>Deployments.</summary>
    public const int Configurations = 100;

    /// <summary>Modules of one deployment.</summary>
    public const int ModulesPerDeployment = 50;

    /// <summary>Queries of one configuration's owner.</summary>
    public const int MetricsPerConfiguration = 5;

    /// <summary>Devices in one bulk request.</summary>
    public const int BulkDevices = 100;

    /// <summary>Rows on one page.</summary>
    public const int PageSize = 1000;

    /// <summary>Characters of a status reason.</summary>
    public const int StatusReason = 128;

    /// <summary>Bytes of a request's body.</summary>
    public const int RequestBytes = 1024 * 1024;
}
