using System.Text.Json.Serialization;

namespace MtlSplit.IoT.EdgeModule.Workload;

/// <summary>Writes and reads <see cref="WorkloadBodies"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WorkloadBodies.SignRequest))]
[JsonSerializable(typeof(WorkloadBodies.SignReply))]
[JsonSerializable(typeof(WorkloadBodies.TrustBundleReply))]
[JsonSerializable(typeof(WorkloadBodies.IdentityCertificateRequest))]
[JsonSerializable(typeof(WorkloadBodies.ServerCertificateRequest))]
[JsonSerializable(typeof(WorkloadBodies.CertificateReply))]
[JsonSerializable(typeof(WorkloadBodies.ErrorReply))]
internal sealed partial class WorkloadJson : JsonSerializerContext;
