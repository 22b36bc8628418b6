using System.Text.Json;
using System.Text.Json.Serialization;

namespace MtlSplit.IoT.SampleStore.Partitions;

/// <summary>Reads and writes the catalog.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(Catalog))]
internal sealed partial class CatalogJson : JsonSerializerContext
{
    /// <summary>The catalog of a store; an empty one where there is none yet.</summary>
    /// <exception cref="SampleStoreException">The file is damaged or of another version.</exception>
    public static Catalog Load(SampleFolder folder)
    {
        try
        {
            var catalog = JsonSerializer.Deserialize(File.ReadAllBytes(folder.Catalog), Default.Catalog)
                ?? throw new SampleStoreException($"{folder.Catalog}: the catalog is empty.");
            return catalog.Schema == Partitions.Catalog.CurrentSchema
                ? catalog
                : throw new SampleStoreException($"{folder.Catalog}: schema is '{catalog.Schema}', expected '{Partitions.Catalog.CurrentSchema}'.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new Catalog();
        }
        catch (JsonException e)
        {
            throw new SampleStoreException($"{folder.Catalog}: {e.Message}", e);
        }
    }

    public static void Save(SampleFolder folder, Catalog catalog) =>
        SampleFolder.Replace(folder.Catalog, JsonSerializer.SerializeToUtf8Bytes(catalog, Default.Catalog));
}
