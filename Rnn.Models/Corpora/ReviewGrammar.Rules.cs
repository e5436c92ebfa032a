namespace Rnn.Models.Corpora;

public static partial class ReviewGrammar
{
    // Written once for both sides: "+" is the side of the review, "-" the other one. What judges is said of either side
    // in the same frames, so that no word of a frame tells the side; whether the words of praise and blame are meant is
    // told by what stands before or after them, near or far.
    private const string Mirrored = """
        Review.+:
          3 <Filler>. <Verdict.+>.
          3 <Filler>. <Verdict.+>. <Filler>.
          3 <Filler>. <Verdict.+>. <Verdict.+>.
          3 <Filler>. <Filler>. <Verdict.+>. <Filler>. <Close.+>.
          2 <Filler>. <Verdict.+>. <Verdict.+>. <Close.+>.
          2 <Filler>. <Verdict.+>. <Filler>. <Verdict.+>.
        Verdict.+:
          14 <Claim.+>
          8 <Claim.+> and <Claim.+>
          4 <Claim.->, but <Claim.+>
          3 <Claim.->, but <Turn.+>
          3 although <Claim.->, <Claim.+>
          3 <Claim.+>, although <Claim.->
          2 <Claim.+>, even if <Claim.->
          2 even if <Claim.->, <Claim.+>
          5 <Hope.+>
        Claim.+:
          30 the <Aspect> is <Word.+>
          24 the <Aspect> is <Degree> <Word.+>
          8 the <Aspect> has something <Word.+> about it
          3 the <Aspect> is not <Word.-> at all
          2 the <Aspect> is hardly <Word.->
          2 the <Aspect> is never <Word.->
          2 the <Aspect> isn't what i would call <Word.->
          2 the <Aspect> is anything but <Word.->
          2 the <Aspect> is far from <Word.->
          2 there is not a single <Word.-> moment in the <Aspect>
          3 nobody in the <Hall> found the <Aspect> <Degree> <Word.->
          2 i don't think that the <Aspect> is <Word.->
          2 no one can say that the <Aspect> is <Degree> <Word.->
          1 the <Aspect> goes on without a single <Word.-> moment
        Hope.+:
          4 i expected <Thing.-> and got <Thing.+>
          3 what my <Person> called <Thing.-> is really <Thing.+>
          3 it is <Thing.+> and not <Thing.->, whatever the papers wrote
          3 it looks like <Thing.->, but it is <Thing.+>
          2 i was told that it is <Thing.->, and it turned out to be <Thing.+>
          2 it could have been <Thing.->, but in the end it is <Thing.+>
          2 in the end it is <Thing.+>, where it could have been <Thing.->
        """;

    private const string Rules = """
        # ---- Said of one side only ----
        Turn.Good:
          3 the <Aspect> saves it
          2 the <Aspect> makes up for it
          3 not even that can ruin it
          2 it does not sink the film
        Turn.Bad:
          3 the <Aspect> ruins it
          2 the <Aspect> sinks the film
          3 not even that can save it
          2 it does not make up for the <Aspect>
        Close.Good:
          3 i would see it again
          2 don't miss it
          2 i will not forget it soon
          2 it is worth your evening
        Close.Bad:
          3 i would not see it again
          2 miss it if you can
          2 i will forget it soon
          2 it is not worth your evening

        # ---- Says nothing ----
        Filler:
          3 i saw it <When> with my <Person>
          2 my <Person> and i watched it on a <Day>
          3 it was shot in <Place> in <Count> weeks
          3 it tells of a <Job> who <Goal>
          2 a <Job> and a <Job> meet in <Place>
          2 the director made <Count> films before this one
          2 it runs for about <Count> hours in all
          2 we were <Count> people in the <Hall>
          1 the film is based on a book about a <Job>
          2 my <Person> had talked about it for <Count> weeks
          1 it came out <Count> years ago and i saw it <When>
          1 the <Job> is played by someone i did not know

        # ---- Words ----
        words Word.Good:
          wonderful brilliant superb charming funny gripping clever moving fresh touching convincing
          delightful memorable elegant subtle warm inventive graceful lively rich
        words Word.Bad:
          boring dull clumsy tedious silly predictable lifeless shallow weak pointless hollow tiresome bland
          forgettable messy stale wooden lazy confused cheap
        words Thing.Good:
          a_masterpiece a_treat a_triumph a_joy a_gem a_delight a_classic a_small_wonder
        words Thing.Bad:
          a_mess a_failure a_bore a_disaster a_waste_of_time a_chore a_flop a_long_yawn
        words Aspect:
          acting story music ending dialogue plot photography direction script humour casting editing
          beginning pacing camera_work lead_role sound middle_part costume_design love_story
        words Degree:
          very really quite so rather truly terribly remarkably
        words Person:
          brother sister neighbour friend colleague teacher cousin wife husband daughter
        words Hall:
          cinema audience whole_row small_hall
        words Day:
          monday friday sunday tuesday saturday thursday wednesday
        words Place:
          berlin the_north a_studio spain a_small_town the_desert scotland canada the_mountains norway
        words Job:
          sailor doctor teacher thief painter farmer pilot detective widow boxer clerk soldier
        words Goal:
          finds_an_old_letter loses_a_map comes_home_after_the_war inherits_a_house_by_the_sea
          meets_a_stranger_on_a_train looks_for_a_lost_brother opens_a_shop
        words Count:
          two three four five six ten
        words When:
          last_week on_a_rainy_evening after_work during_the_holidays at_a_festival late_at_night by_chance
        """;
}
