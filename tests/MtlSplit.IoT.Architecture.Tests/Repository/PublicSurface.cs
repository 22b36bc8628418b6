using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace MtlSplit.IoT.Architecture.Tests.Repository;

/// <summary>The types of other assemblies that an assembly's callers get to see.</summary>
internal sealed class PublicSurface : ISignatureTypeProvider<ImmutableHashSet<EntityHandle>, object?>
{
    private static readonly ImmutableHashSet<EntityHandle> Nothing = [];
    private readonly MetadataReader _metadata;

    private PublicSurface(MetadataReader metadata) => _metadata = metadata;

    /// <summary>One line for each place where a public or protected signature names a type: <c>member: assembly/type</c>.</summary>
    public static IReadOnlyList<(string Member, string Assembly, string Type)> Read(string file)
    {
        using var stream = File.OpenRead(file);
        using var image = new PEReader(stream);
        return [.. new PublicSurface(image.GetMetadataReader()).Walk()];
    }

    private IEnumerable<(string Member, string Assembly, string Type)> Walk()
    {
        foreach (var type in _metadata.TypeDefinitions.Select(_metadata.GetTypeDefinition).Where(IsVisible))
        {
            var name = $"{_metadata.GetString(type.Namespace)}.{_metadata.GetString(type.Name)}";
            var seen = type.GetInterfaceImplementations().Select(_metadata.GetInterfaceImplementation).Select(i => i.Interface).Prepend(type.BaseType)
                .Select(handle => (name, Of(handle)));
            seen = seen.Concat(type.GetMethods().Select(_metadata.GetMethodDefinition).Where(m => IsVisible((int)(m.Attributes & MethodAttributes.MemberAccessMask)))
                .Select(m => ($"{name}.{_metadata.GetString(m.Name)}", Of(m.DecodeSignature(this, null)))));
            seen = seen.Concat(type.GetFields().Select(_metadata.GetFieldDefinition).Where(f => IsVisible((int)(f.Attributes & FieldAttributes.FieldAccessMask)))
                .Select(f => ($"{name}.{_metadata.GetString(f.Name)}", f.DecodeSignature(this, null))));
            foreach (var (member, types) in seen)
            {
                foreach (var reference in types.Where(t => t.Kind == HandleKind.TypeReference).Select(t => _metadata.GetTypeReference((TypeReferenceHandle)t)))
                {
                    if (reference.ResolutionScope.Kind == HandleKind.AssemblyReference)
                    {
                        var assembly = _metadata.GetAssemblyReference((AssemblyReferenceHandle)reference.ResolutionScope);
                        yield return (member, _metadata.GetString(assembly.Name), _metadata.GetString(reference.Name));
                    }
                }
            }
        }
    }

    private bool IsVisible(TypeDefinition type) => (type.Attributes & TypeAttributes.VisibilityMask) switch
    {
        TypeAttributes.Public => true,
        TypeAttributes.NestedPublic or TypeAttributes.NestedFamily or TypeAttributes.NestedFamORAssem => IsVisible(_metadata.GetTypeDefinition(type.GetDeclaringType())),
        _ => false,
    };

    // Methods and fields have the same values: 4 family, 5 family or assembly, 6 public.
    private static bool IsVisible(int access) => access is >= 4 and <= 6;

    private static ImmutableHashSet<EntityHandle> Of(MethodSignature<ImmutableHashSet<EntityHandle>> signature) =>
        signature.ParameterTypes.Aggregate(signature.ReturnType, (all, parameter) => all.Union(parameter));

    private ImmutableHashSet<EntityHandle> Of(EntityHandle handle) => handle switch
    {
        { IsNil: true } => Nothing,
        { Kind: HandleKind.TypeSpecification } => _metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(this, null),
        _ => [handle],
    };

    public ImmutableHashSet<EntityHandle> GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
    {
        // A nested type stands in the assembly of the type around it.
        EntityHandle outer = handle;
        while (reader.GetTypeReference((TypeReferenceHandle)outer).ResolutionScope is { Kind: HandleKind.TypeReference } scope)
        {
            outer = scope;
        }

        return [outer];
    }

    public ImmutableHashSet<EntityHandle> GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => Nothing;

    public ImmutableHashSet<EntityHandle> GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    public ImmutableHashSet<EntityHandle> GetGenericInstantiation(ImmutableHashSet<EntityHandle> genericType, ImmutableArray<ImmutableHashSet<EntityHandle>> typeArguments) =>
        typeArguments.Aggregate(genericType, (all, argument) => all.Union(argument));

    public ImmutableHashSet<EntityHandle> GetFunctionPointerType(MethodSignature<ImmutableHashSet<EntityHandle>> signature) => Of(signature);

    public ImmutableHashSet<EntityHandle> GetArrayType(ImmutableHashSet<EntityHandle> elementType, ArrayShape shape) => elementType;

    public ImmutableHashSet<EntityHandle> GetByReferenceType(ImmutableHashSet<EntityHandle> elementType) => elementType;

    public ImmutableHashSet<EntityHandle> GetPointerType(ImmutableHashSet<EntityHandle> elementType) => elementType;

    public ImmutableHashSet<EntityHandle> GetSZArrayType(ImmutableHashSet<EntityHandle> elementType) => elementType;

    public ImmutableHashSet<EntityHandle> GetPinnedType(ImmutableHashSet<EntityHandle> elementType) => elementType;

    public ImmutableHashSet<EntityHandle> GetModifiedType(ImmutableHashSet<EntityHandle> modifier, ImmutableHashSet<EntityHandle> unmodifiedType, bool isRequired) => unmodifiedType.Union(modifier);

    public ImmutableHashSet<EntityHandle> GetGenericMethodParameter(object? genericContext, int index) => Nothing;

    public ImmutableHashSet<EntityHandle> GetGenericTypeParameter(object? genericContext, int index) => Nothing;

    public ImmutableHashSet<EntityHandle> GetPrimitiveType(PrimitiveTypeCode typeCode) => Nothing;
}
