/**
 * What the page says in German of the model.
 *
 * @import { Words } from "./en.mjs"
 */

import { count, decimal, percentage } from "../formats.mjs";
import { item } from "./items/de.mjs";

const { one, other, dative } = item;
const ITEMS_DATIVE = { one, other: dative };
const RATINGS = { one: "Bewertung", other: "Bewertungen" };
const GUESTS = { one: "Gast", other: "Gäste" };
const GUESTS_DATIVE = { one: "Gast", other: "Gästen" };

/** @type {Words["model"]} */
export const model = {
  lede: "Was hier auswählt, und wie gut es das kann.",
  curious: "Für Neugierige",
  story: {
    heading: "Kurz gesagt",
    learnt: (ratings, guests, beers, day) =>
      `Taproom hat aus ${count(ratings, RATINGS)} von ${count(guests, GUESTS_DATIVE)} zu ` +
      `${count(beers, ITEMS_DATIVE)} gelernt, zuletzt am ${day}.`,
    found: (found, popular) =>
      `Geprüft wird es an Bewertungen, die es nie gesehen hat. Von zehn ${dative}, die Gäste ` +
      `danach bewertet haben, sind ${found} unter den hundert, die es vorn gesehen hätte; ` +
      `unter den hundert beliebtesten sind es ${popular}.`,
    error: (error, averages) =>
      `Was du geben würdest, verfehlt es meist um ${error} Sterne; ` +
      `bloße Durchschnitte um ${averages}.`,
    trial: (share) => `Ein neueres wird gerade mit ${share} der Gäste erprobt.`,
  },
  trial: {
    heading: "Was gerade erprobt wird",
    told: {
      starting: (challenger, share) => `${challenger} wird bald mit ${share} der Gäste erprobt.`,
      running: (challenger, share, at) =>
        `${challenger} wird seit ${at} mit ${share} der Gäste erprobt.`,
      promoting: (challenger) => `${challenger} ist erprobt und geht gerade in Dienst.`,
      promoted: (challenger, share, at) =>
        `${challenger} wurde ab ${at} mit ${share} der Gäste erprobt und ging in Dienst.`,
      stopped: (challenger, share, at) =>
        `${challenger} wurde ab ${at} mit ${share} der Gäste erprobt und verworfen.`,
    },
    gain: "Befolgt und gemocht",
    gainHint: "Antworten des erprobten Modells neben denen des eingesetzten, in Punkten",
    columns: ["Antworten", "Erprobt", "Im Dienst"],
    metrics: { taken: "Befolgt", liked: "Gemocht" },
    tooFew: "Es wurden noch zu wenige Gäste gefragt.",
  },
  servesSince: (since) =>
    `Es ist seit ${since} im Dienst und lernt weiter, sobald neue Bewertungen kommen.`,
  inService: "Jetzt im Dienst",
  learntFrom: "Bewertungen, aus denen es lernt",
  guests: "Gäste",
  beers: item.title,
  keptBack: "Bewertungen, die es prüfen",
  report: "Den Bericht zum Training lesen",
  ratings: (ratings) => count(ratings, RATINGS),
  quality: {
    heading: "Jedes Release neben dem davor",
    hint: "Beide an denselben Bewertungen gemessen, mit 95-%-Intervallen; jedes Paar hat eigene.",
    releaseColumns: ["Release vom", "Dieses Release", "Das davor", "Gewinn"],
    beside: "Neben dem, was es schlagen muss",
    columns: ["Dieses Release", "Das davor", "Ohne Modell"],
    liked: "Gemocht unter den ersten zehn",
    likedHint: "Was ein Gast später mochte, unter den zehn gezeigten",
    found: "Gefunden unter 100",
    foundHint: "Anteil dessen, was Gäste als Nächstes probierten, an den 100 nächsten",
    error: "Fehler einer Note",
    errorHint: "Wie weit eine vorhergesagte Note danebenliegt (RMSE), weniger ist besser",
  },
  slices: {
    heading: "Für wen es gut ist",
    found: {
      title: "Gefunden unter 100, nach Gruppen",
      note: "Von dem, was manche Gäste als Nächstes probierten; an zurückgehaltenen Bewertungen",
      columns: ["Gruppe", "Bewertungen", "Gefunden", "Fehler einer Note"],
    },
    calibrated: {
      title: "Gegebene Noten, nach vorhergesagten",
      note: "Der Strich ist die Vorhersage: Endet ein Balken dort, stimmte sie",
      columns: ["Vorhergesagt", "Gegeben", "Bewertungen"],
    },
    report: "Mehr davon im Bericht",
  },
  chart: {
    asTable: "Als Tabelle",
    worse: "schlechter",
    better: "besser",
    spoken: (title, label, gain) => `${title}, ${label}: ${gain}`,
  },
  online: {
    heading: "Was Gäste daraus gemacht haben",
    answers: "Antworten",
    taken: "Danach bewertet oder probiert",
    liked: "Gemocht unter zehn",
    dismissed: "Abgelehnt",
    newcomers: "Von Neuen befolgt",
    place: "Mittlerer Platz",
    given: "Gegebene Note",
    predicted: "Vorhergesagte Note",
    coverage: `Gezeigt von allen ${dative}`,
    window: "Aus den letzten 30 Tagen, stündlich gemessen.",
    story: (taken, interval, answers, guests) =>
      `Auf ${taken} von 100 Antworten folgte eine Bewertung oder ein Versuch` +
      (interval ? ` (zwischen ${interval[0]} und ${interval[1]})` : "") +
      `, bei ${count(answers, { one: "Antwort", other: "Antworten" })} an ` +
      `${count(guests, GUESTS)}.`,
    tooFew: "Zu wenige Gäste, um es vom Release davor zu unterscheiden.",
    comparison: (isWorse, points, isFewer, days) =>
      (isWorse
        ? "Gäste nehmen oder mögen weniger davon als vom Release davor, mehr als Zufall wäre"
        : "Es ist nicht schlechter als das Release davor, soweit sich das sagen lässt") +
      `: ${points} von 100 Antworten ${isFewer ? "weniger" : "mehr"} befolgt, ` +
      `an ${count(days, { one: "Tag", other: "Tagen" })} für jedes.`,
  },
  drift: {
    heading: "Sind die Daten noch wie früher?",
    shifted: (scores, styles) => {
      const others = scores && styles ? "Noten und Stile" : scores ? "Noten" : "Stile";
      return `Die neueste Datei hat andere ${others}, als das Modell gelernt hat.`;
    },
    alike: "Die neueste Datei gleicht dem, woraus das Modell gelernt hat.",
    unlike: {
      title: "Wie anders als das Gelernte",
      note: "Stabilitätsindex einer Datei; ab der Marke sind es andere Daten",
      columns: ["Datei vom", "Index"],
    },
    scores: (at) => `Noten, ${at}`,
    styles: (at) => `${item.style}, ${at}`,
    file: (at, { rows, users, mean, beers, guests }) =>
      `${at}: ${count(rows, RATINGS)} von ${count(users, GUESTS_DATIVE)}, ` +
      `${decimal(mean, 2)} im Mittel, ${percentage(beers)} neue ${other}, ` +
      `${percentage(guests)} neue Gäste.`,
  },
  verdict: {
    heading: "Das letzte Urteil",
    promoted: "Angenommen",
    refused: "Abgelehnt",
    failed: "Gescheitert",
    passed: "Bestanden",
    missed: "Verfehlt",
    why: {
      alone: "Es schlägt, was ohne Modell auskommt; ein Release zum Vergleich gibt es nicht.",
      noWorse: (others) => `Mit 95 % Sicherheit ist es nicht schlechter als ${others}.`,
      unsure: (metrics, others) =>
        `Zu wenige Gäste, um an ${metrics} zu sehen, ob es schlechter ist als ${others}; ` +
        "was sie zeigen, liegt in den weiteren Grenzen.",
      missed: (metrics) => `Es verfehlt, was bei ${metrics} verlangt wird.`,
      scores: "Eine Datei steht vielleicht auf dem Kopf oder hat eine andere Skala.",
    },
    against: {
      "in service": "das Release im Dienst",
      "best of the last ten": "das beste der letzten zehn",
      popularity: "Beliebtheit",
      "popularity of 7 days": "Beliebtheit in 7 Tagen",
      "popularity of 30 days": "Beliebtheit in 30 Tagen",
      "popularity of all time": "Beliebtheit seit jeher",
      "global mean": "das Mittel aller Noten",
      "user + item bias": "bloße Mittelwerte",
    },
    wanted: (isLeast, bound, against, value) =>
      `verlangt ${isLeast ? "mindestens" : "höchstens"} ${bound} (${against}: ${value})`,
    better: (share) => `${share} besser`,
    worse: (share) => `${share} schlechter`,
    interval: (lower, upper) => `, von ${lower} bis ${upper}`,
    unsure: " (zu wenige Gäste für ein Urteil)",
    report: "Seinen Bericht lesen",
  },
  releases: {
    heading: "Releases",
    status: {
      "in service": "im Dienst",
      replaced: "abgelöst",
      "rolling out": "wird eingeführt",
      "rolled back": "zurückgenommen",
    },
    retired: (status) => `${status}, ausgemustert`,
    report: (at) => `Bericht vom ${at}`,
  },
};
