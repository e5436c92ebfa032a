using System.Text;
using Rnn.Models.LanguageModels;
using Rnn.Models.Text.Scripts;

namespace Rnn.Models.ScriptGeneration;

/// <summary>Tokens on their way to being a text: what was handed out doesn't change any more.</summary>
internal abstract class TokenText
{
    /// <summary>As the model's texts are read.</summary>
    public static TokenText For(LanguageModelOptions options) =>
        options.Script is { } script ? new Script(script) : new Blanks();

    /// <summary>Writes the next token.</summary>
    public abstract void Append(string token);

    /// <summary>What was written since the last call.</summary>
    public abstract string Take();

    private sealed class Script(ScriptTokenizerOptions options) : TokenText
    {
        private readonly ScriptWriter _writer = new(options);

        public override void Append(string token) => _writer.Append(token);

        public override string Take() => _writer.Take();
    }

    private sealed class Blanks : TokenText
    {
        private readonly StringBuilder _text = new();
        private bool _isLineStart = true;

        public override void Append(string token)
        {
            bool ends = token == TokenizedText.EndOfLine;
            _text.Append(ends || _isLineStart ? "" : " ").Append(ends ? "\n" : token);
            _isLineStart = ends;
        }

        public override string Take()
        {
            string text = _text.ToString();
            _text.Clear();
            return text;
        }
    }
}
