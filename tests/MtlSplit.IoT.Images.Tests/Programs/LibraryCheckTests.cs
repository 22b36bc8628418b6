using MtlSplit.IoT.Images.Layers;
using MtlSplit.IoT.Images.Programs;
using Xunit;

namespace MtlSplit.IoT.Images.Tests.Programs;

/// <summary>What programs and libraries say of themselves, read from those of the machine.</summary>
public sealed class LibraryCheckTests
{
    // Any program of .NET will do: this one runs the tests.
    private static readonly byte[] Program = File.ReadAllBytes(Environment.ProcessPath!);

    [Fact]
    public void Program_TellsProcessorLoaderAndLibraries()
    {
        var elf = ElfFile.Read(Program)!;

        Assert.Equal(Platform.All.Single(platform => platform.IsThisMachine).ElfMachine, elf.Machine);
        Assert.StartsWith("/lib", elf.Interpreter, StringComparison.Ordinal);
        Assert.Contains("libc.so.6", elf.Needed);
    }

    [Fact]
    public void Anything_CutShort_IsNoProgramAndNoCrash()
    {
        Assert.Null(ElfFile.Read("#!/bin/sh"u8));
        for (var length = 0; length < 4096; length += 7)
        {
            _ = ElfFile.Read(Program.AsSpan(0, length));
        }
    }

    [Fact]
    public void Image_WithoutALibrary_IsRefusedByName()
    {
        var platform = Platform.All.Single(platform => platform.IsThisMachine);
        var layer = new LayerContent();
        layer.AddFile("app/program", Program);

        var fault = Assert.Throws<ImageException>(() => LibraryCheck.Require(platform, layer));
        Assert.StartsWith("app/program needs lib", fault.Message, StringComparison.Ordinal);

        var libraries = new LayerContent();
        foreach (var name in ElfFile.Read(Program)!.Needed)
        {
            libraries.AddFile($"usr/lib/{name}", "here"u8.ToArray());
        }

        LibraryCheck.Require(platform, libraries, layer);
    }

    [Fact]
    public void Image_ForAnotherProcessor_IsRefusedByName()
    {
        var layer = new LayerContent();
        layer.AddFile("app/program", Program);

        var fault = Assert.Throws<ImageException>(() => LibraryCheck.Require(Platform.All.Single(platform => !platform.IsThisMachine), layer));

        Assert.StartsWith("app/program is for another processor", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Program_BecomesALayer_WithoutWhatOnlyPeopleRead()
    {
        var folder = Directory.CreateTempSubdirectory("img-");
        try
        {
            foreach (var name in new[] { "Program", "Program.pdb", "Program.xml", "Program.dbg", "appsettings.json", "createdump" })
            {
                File.WriteAllText(Path.Combine(folder.FullName, name), "x");
            }

            Assert.Equal(["app", "app/Program", "app/appsettings.json"], ProgramLayer.Of(folder.FullName, "Program").Paths);
            Assert.Contains("Other", Assert.Throws<ImageException>(() => ProgramLayer.Of(folder.FullName, "Other")).Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
