using System.Diagnostics;
using Xunit;

namespace MtlSplit.IoT.OnnxAuthoring.Tests.Graphs;

/// <summary>The checker of Debian's <c>python3-onnx</c>: an opinion on our files that is not ours.</summary>
internal static class PythonChecker
{
    private const string Python = "/usr/bin/python3";
    private const string Script = """
        import sys, onnx
        from onnx import checker, shape_inference
        model = onnx.load_from_string(sys.stdin.buffer.read())
        checker.check_model(model, full_check=True)
        bare = onnx.ModelProto.FromString(model.SerializeToString())
        del bare.graph.value_info[:]
        inferred = shape_inference.infer_shapes(bare, check_type=True, strict_mode=True)
        show = lambda v: v.name + " " + str([d.dim_param or d.dim_value for d in v.type.tensor_type.shape.dim]) + " " + str(v.type.tensor_type.elem_type)
        written = sorted(show(v) for v in list(model.graph.value_info))
        worked_out = sorted(show(v) for v in list(inferred.graph.value_info))
        assert written == worked_out, "\n".join(sorted(set(written) ^ set(worked_out)))
        print(model.ir_version, model.opset_import[0].version, "producer=" + model.producer_name)
        for v in list(model.graph.input) + list(model.graph.output): print(show(v))
        for n in model.graph.node: print(n.op_type, n.name)
        for p in model.metadata_props: print(p.key + "=" + p.value)
        """;

    /// <summary>Checks a file and returns what the checker's library sees in it; skips the test where that is not installed.</summary>
    public static async Task<string> DescribeAsync(byte[] file)
    {
        Assert.SkipUnless(await IsInstalledAsync(), "python3-onnx is not installed (apt-get install python3-onnx)");
        var (code, output, errors) = await RunAsync(Script, file);
        Assert.True(code == 0, errors);
        return output;
    }

    private static async Task<bool> IsInstalledAsync() => File.Exists(Python) && (await RunAsync("import onnx", [])).Code == 0;

    private static async Task<(int Code, string Output, string Errors)> RunAsync(string script, byte[] input)
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var process = Process.Start(new ProcessStartInfo(Python, ["-c", script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancellation), process.StandardError.ReadToEndAsync(cancellation));
        await process.StandardInput.BaseStream.WriteAsync(input, cancellation);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, await output, await errors);
    }
}
