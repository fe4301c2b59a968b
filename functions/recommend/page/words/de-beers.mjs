/**
 * What the page says in German of single beers, of the first screen, and of somebody's taste.
 *
 * @import { Words } from "./en.mjs"
 */

import { count, givenScore, predictedScore, wholeNumber } from "../formats.mjs";
import { bent, item } from "./items/de.mjs";

const { one, other, maker, style, had, hadIt } = item;
const ITEMS = { one, other };
const RATINGS = { one: "Bewertung", other: "Bewertungen" };
const A = `Ein${bent("en", "")} ${one}`;
const WHICH = bent("den", "das");

/**
 * @type {Pick<Words, "welcome" | "taps" | "actions" | "why" | "beer" | "brewery" | "chosen"
 *   | "taste" | "keep" | "families">}
 */
export const beers = {
  welcome: {
    heading: `Was ist dein nächste${bent("r", "s")} ${one}?`,
    lede: "Was hier beliebt ist und was im Kommen. Fünfmal tippen, und die Liste ist deine.",
    taps: "Neu hier: fünfmal tippen",
    known: "Ich habe schon bewertet",
    loved: "Sehr beliebt",
    search: `${A} finden`,
    searchBy: `Name, ${maker} oder ${style}`,
    noMatch: (text) => `Zu „${text}“ passt nichts.`,
    keep: (ratings) => `${count(ratings, RATINGS)} behalten`,
  },
  taps: {
    heading: "Fünfmal tippen",
    lede: `${hadIt} Tipp an, wie es dir gefallen hat. Die Liste geht jedes Mal mit.`,
    question: `${A}, ${WHICH} du vielleicht kennst`,
    notHad: `Noch nicht ${had}`,
    notHadOf: (beer) => `Noch nicht ${had}: ${beer}`,
    noneLeft: "Mehr würden wir nicht fragen.",
    search: "Oder etwas, das du kennst",
    searchBy: `Nach Name oder ${maker} suchen`,
    list: "Deine Liste bisher",
    listOfNobody: "Bisher das, was alle mögen",
    skip: "Überspringen",
    done: `Meine ${other} zeigen`,
    progress: (rated, of) =>
      rated >= of
        ? `${count(rated, ITEMS)} bewertet: ein Geschmack`
        : `${wholeNumber(rated)} von ${wholeNumber(of)}`,
  },
  actions: {
    wish: "Merken",
    wishOf: (beer) => `Merken: ${beer}`,
    wished: (beer) => `${beer} steht auf deiner Merkliste.`,
    unwished: (beer) => `${beer} steht nicht mehr auf deiner Merkliste.`,
    similar: "Ähnliche",
    similarOf: (beer) => `Ähnliche wie ${beer}`,
    dismiss: "Nichts für mich",
    dismissOf: (beer) => `Nichts für mich: ${beer}`,
    dismissed: (beer) => `${beer} kommt hier nicht mehr vor.`,
    restore: "Wieder zeigen",
    restoreOf: (beer) => `Wieder zeigen: ${beer}`,
    restored: (beer) => `${beer} kann wieder auf deiner Liste stehen.`,
    share: "Liste teilen",
    shareBeer: "Teilen",
    shared: "Der Link ist kopiert: Wer ihn öffnet, sieht dasselbe.",
    notShared: (address) => `Kopier diese Adresse: ${address}`,
  },
  why: {
    like: (beer, given) => `Wie ${beer}, du gabst ${givenScore(given)}`,
    probe: "Etwas anderes, zufällig gewählt, um zu lernen, wem es gefällt",
    fits: (reviews) => `Passt im Ganzen zu dir; ${count(reviews, RATINGS)}.`,
    loved: (score, reviews) => `Beliebt: ${score} im Mittel aus ${count(reviews, RATINGS)}.`,
    stronger: "Stärker als sonst bei dir",
    lighter: "Leichter als sonst bei dir",
    newStyle: (name) => `Neu für dich: ${name}`,
    wellKnown: "ziemlich sicher",
    known: "recht sicher",
    littleKnown: "geraten",
    new: "kühn geraten",
  },
  beer: {
    everybody: (reviews, mean) => `Alle: ${mean} von 5, aus ${count(reviews, RATINGS)}`,
    unrated: "Noch hat niemand bewertet",
    youdGive: (score) => `Du würdest ${score} geben`,
    youGave: (score) => `Du hast ${givenScore(score)} gegeben`,
    yours: "Deine Bewertung",
    note: "Deine Notiz",
    noteHint: "Geht mit deiner Bewertung mit und bleibt auf diesem Gerät.",
    saveNote: "Notiz speichern",
    noteSaved: "Deine Notiz ist gespeichert.",
    noteNeedsScore: "Deine Notiz ist auf diesem Gerät: Mit deiner Bewertung geht sie mit.",
    similar: "Ähnliche",
    ofBrewery: (brewery) => `Mehr von ${brewery}`,
  },
  brewery: {
    beers: (beers) => `${count(beers, ITEMS)}, die bekanntesten zuerst`,
    more: `Mehr ${other} zeigen`,
  },
  chosen: {
    wishes: "Meine Merkliste",
    wishesLede: "Was du probieren willst, das Passendste zuerst. Sie bleibt auf diesem Gerät.",
    noWishes: "Nichts auf deiner Merkliste",
    noWishesHint: "„Merken“ auf einer Karte bringt etwas hierher.",
    dismissed: "Nichts für mich",
    dismissedLede: "Was auf deiner Liste nicht stehen soll. Das bleibt auf diesem Gerät.",
    noneDismissed: "Nichts ist ausgeblendet",
    noneDismissedHint: "„Nichts für mich“ auf einer Karte bringt etwas hierher.",
    list: `Eine Liste von ${item.dative}`,
    listLede: `Jemand hat diese ${other} geteilt: hier nach deinem Geschmack.`,
    noList: "Nichts auf dieser Liste",
    noListHint: "Davon ist hier nichts bekannt.",
    find: `${other} finden`,
  },
  taste: {
    title: "Mein Geschmack",
    lede:
      "Was das Modell aus deinen Bewertungen schließt. " +
      "Stimmt es nicht? Bewerte etwas davon, oder wünsch dir weniger.",
    nothing: "Noch kein Geschmack",
    nothingHint: "Tipp fünfmal an, was du kennst, und hier steht, was das Modell daraus schließt.",
    styles: style,
    strengths: "Stärke",
    breweries: maker,
    allStyles: "Alle zeigen",
    predicted: (score) => `du gäbst ${predictedScore(score)}`,
    given: (score, ratings) => `du gabst ${predictedScore(score)} (${count(ratings, RATINGS)})`,
    less: "Weniger",
    lessOf: (name) => `Weniger davon: ${name}`,
    lessNow: (name) => `Deine Liste lässt ${name} auf diesem Gerät aus.`,
    moreNow: (name) => `Deine Liste hat wieder ${name}.`,
    rate: "Bewerten",
    rateOf: (name) => `Bewerten: ${name}`,
    legend: (mean) =>
      `Rechts der Mitte ist mehr als dein Mittel von ${predictedScore(mean)}. ` +
      "Balken: was du geben würdest. Ring: was du gegeben hast.",
  },
  keep: {
    heading: "Behalte deine Bewertungen",
    lede: (ratings) =>
      `${count(ratings, RATINGS)} auf diesem Gerät. Wähl einen Namen, und du hast sie überall.`,
    signIn: (ratings) => `${count(ratings, RATINGS)} auf diesem Gerät kommen beim Anmelden mit.`,
    name: "Wähl einen Namen",
    choose: "Unter diesem Namen behalten",
    taken: (name) => `„${name}“ heißt schon jemand: Wähl einen anderen Namen.`,
    kept: (ratings) => `${count(ratings, RATINGS)} behalten.`,
    notKept: (why) => `Nicht alle Bewertungen ließen sich behalten: ${why}`,
  },
  families: {
    lager: "Lager und Pilsner",
    wheat: "Weizenbiere",
    pale: "Helle Ales",
    ipa: "India Pale Ales",
    amber: "Bernstein und rot",
    brown: "Braun",
    dark: "Stouts und Porter",
    belgian: "Belgisch und Farmhouse",
    strong: "Barley Wines und Starkbiere",
    sour: "Sauer und wild",
    fruit: "Frucht, Gewürz und Honig",
    other: "Andere",
  },
};
