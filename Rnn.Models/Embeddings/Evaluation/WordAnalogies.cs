using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Rnn.Models.Diagnostics;

namespace Rnn.Models.Embeddings.Evaluation;

/// <summary>
/// Questions "a is to b as c is to what?" in sections (questions-words.txt of word2vec), and how many of them word
/// vectors answer rightly. Source: Mikolov, Chen, Corrado, Dean, "Efficient estimation of word representations in
/// vector space", 2013.
/// </summary>
public sealed class WordAnalogies
{
    /// <summary>An evaluation of these questions.</summary>
    /// <param name="sections">At least one. Copied.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public WordAnalogies(IEnumerable<WordAnalogySection> sections)
    {
        ArgumentNullException.ThrowIfNull(sections);
        Sections = [.. sections];
        Count = Sections.Sum(section => section.Questions.Count);
        if (Sections.Count == 0)
            Throw.NothingToEvaluate(nameof(sections), "section");
    }

    /// <summary>All sections, in the order of the file.</summary>
    public IReadOnlyList<WordAnalogySection> Sections { get; }

    /// <summary>How many questions there are.</summary>
    public int Count { get; }

    /// <summary>Reads a file: a line ": name" begins a section, each other line is four words a b c d.</summary>
    /// <param name="path">The file, utf-8. Read.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A line is malformed, or there is no question; the message says
    /// where.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static WordAnalogies Load(string path)
    {
        List<WordAnalogySection> sections = [];
        List<WordAnalogyQuestion> questions = [];
        foreach ((int number, string text) in EvaluationFile.Lines(path))
        {
            if (text[0] == ':')
            {
                string name = text[1..].Trim();
                if (name.Length == 0)
                    Throw.EvaluationLine(path, number, "a section's name after the colon", text);
                questions = [];
                sections.Add(new WordAnalogySection(name, questions));
                continue;
            }

            if (sections.Count == 0)
                Throw.EvaluationLine(path, number, "a line ': name' that begins a section", text);
            string[] words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length != 4)
                Throw.EvaluationLine(path, number, "four words", text);
            questions.Add(new WordAnalogyQuestion(words[0], words[1], words[2], words[3]));
        }

        if (sections.Sum(section => section.Questions.Count) == 0)
            Throw.EvaluationFileEmpty(path, "sections of four words a line");
        return new WordAnalogies(sections);
    }

    /// <summary>
    /// Answers all questions: the best word that is none of the three, among equals the first in the table, must be the
    /// expected one. Questions with an unknown word are skipped. Takes one product of the questions' distinct words
    /// with the table and, a question, one pass over three rows of that. The result doesn't depend on the number of
    /// threads.
    /// </summary>
    /// <param name="vectors">Read.</param>
    /// <param name="options">How; null for 3CosAdd over the first 30,000 words, ignoring case.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public WordAnalogiesResult Evaluate(WordVectors vectors, WordAnalogiesOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        options ??= new WordAnalogiesOptions();
        if (options.Restrict < 0)
            Throw.Outside(nameof(options.Restrict), options.Restrict, "0 or more");

        int words = options.Restrict == 0 ? vectors.Count : Math.Min(options.Restrict, vectors.Count);
        IEnumerable<WordAnalogyQuestion> all = Sections.SelectMany(section => section.Questions);
        WordLookup lookup = new(all.SelectMany(q => new[] { q.A, q.B, q.C, q.Expected }), vectors.Words, words,
            options.IgnoreCase);
        AnalogyScan scan = new(vectors, words, options.Method);
        foreach (WordAnalogyQuestion q in all)
            scan.Add(lookup[q.A], lookup[q.B], lookup[q.C], lookup[q.Expected]);
        int[] answers = scan.Run(options.Cancellation);

        WordAnalogyScore[] scores = new WordAnalogyScore[Sections.Count];
        int at = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            scores[i] = new WordAnalogyScore(Sections[i].Name, 0, 0, 0);
            foreach (WordAnalogyQuestion q in Sections[i].Questions)
            {
                int answer = answers[at++];
                scores[i] = answer == AnalogyScan.Skipped
                    ? scores[i] with { Skipped = scores[i].Skipped + 1 }
                    : scores[i] with
                    {
                        Answered = scores[i].Answered + 1,
                        Correct = scores[i].Correct + (lookup[q.Expected].Contains(answer) ? 1 : 0),
                    };
            }
        }

        return new WordAnalogiesResult
        {
            Sections = scores,
            Semantic = Sum("semantic", scores.Where((_, i) => !Sections[i].IsSyntactic)),
            Syntactic = Sum("syntactic", scores.Where((_, i) => Sections[i].IsSyntactic)),
            Total = Sum("total", scores),
        };
    }

    private static WordAnalogyScore Sum(string name, IEnumerable<WordAnalogyScore> scores) =>
        new(name, scores.Sum(s => s.Correct), scores.Sum(s => s.Answered), scores.Sum(s => s.Skipped));
}
