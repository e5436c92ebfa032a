using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Xml.Linq;
using Rnn.Core.Layers.Recurrent;
using Xunit;

namespace Rnn.Tests.Architecture;

/// <summary>Where an argument may be left out, the documentation says what holds then.</summary>
public class DocumentedDefaultsTests
{
    private static readonly string[] s_namespaces =
    [
        "Rnn.Core.Heads", "Rnn.Core.Layers", "Rnn.Core.Losses", "Rnn.Core.Optimizers", "Rnn.Core.Parameters",
        "Rnn.Core.Tensors",
    ];

    [Fact]
    public void EveryOptionalArgumentStatesItsDefault()
    {
        string path = Path.ChangeExtension(typeof(Lstm).Assembly.Location, ".xml");
        Assert.SkipUnless(File.Exists(path), $"The documentation isn't here: {path}.");
        List<XElement> documented = [.. XDocument.Load(path).Descendants("member")];
        List<string> silent = [];
        int optional = 0;
        foreach (Type type in typeof(Lstm).Assembly.GetExportedTypes().Where(t => s_namespaces.Contains(t.Namespace)))
        {
            const BindingFlags declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static
                | BindingFlags.DeclaredOnly;
            foreach (MethodBase method in type.GetConstructors(declared).Concat<MethodBase>(type.GetMethods(declared)))
            {
                string name = $"M:{type.FullName}.{(method.IsConstructor ? "#ctor" : method.Name)}(";
                foreach (ParameterInfo parameter in method.GetParameters().Where(p => p.IsOptional))
                {
                    optional++;
                    bool inherits = method is MethodInfo m && m.GetBaseDefinition() != m;
                    string[] texts = [.. documented
                        .Where(member => ((string)member.Attribute("name")!).StartsWith(name, StringComparison.Ordinal))
                        .SelectMany(member => member.Elements("param"))
                        .Where(param => (string?)param.Attribute("name") == parameter.Name)
                        .Select(param => param.Value)];
                    if (!inherits && !Array.Exists(texts, text => text.Contains("default", StringComparison.OrdinalIgnoreCase)))
                        silent.Add($"{name}{parameter.Name}");
                }
            }
        }

        Assert.True(optional > 30);
        Assert.Empty(silent);
    }
}
