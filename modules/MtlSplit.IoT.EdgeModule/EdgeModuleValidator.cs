using Microsoft.Extensions.Options;
using MtlSplit.IoT.EdgeModule.Identity;

namespace MtlSplit.IoT.EdgeModule;

/// <summary>Checks settings and environment together: a module that is none should not start.</summary>
/// <param name="environment">The variables; null: this process's own.</param>
internal sealed class EdgeModuleValidator(IReadOnlyDictionary<string, string?>? environment) : IValidateOptions<ModuleClientOptions>
{
    public ValidateOptionsResult Validate(string? name, ModuleClientOptions options)
    {
        List<string> faults = [.. ModuleClientOptionsCheck.FaultsOf(options)];
        try
        {
            var module = ModuleEnvironment.Read(environment ?? ModuleEnvironment.OfProcess());
            if (module.ConnectionString is { X509: true } && options.CertificateFile is null)
            {
                faults.Add("The connection string says x509=true, so CertificateFile and CertificateKeyFile are needed.");
            }

            if (module.AuthorityFile is { } file && !File.Exists(file))
            {
                faults.Add($"EdgeModuleCACertificateFile '{file}' does not exist.");
            }
        }
        catch (ModuleEnvironmentException error)
        {
            faults.Add(error.Message);
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
