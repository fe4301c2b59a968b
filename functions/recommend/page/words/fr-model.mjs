/**
 * What the page says in French of the model.
 *
 * @import { Words } from "./en.mjs"
 */

import { capital, count, decimal, percentage } from "../formats.mjs";
import { bent, item } from "./items/fr.mjs";

const { one, other } = item;
const ITEMS = { one, other };
const RATINGS = { one: "note", other: "notes" };
const GUESTS = { one: "client", other: "clients" };

/** @type {Words["model"]} */
export const model = {
  lede: "Ce qui choisit ici, et avec quel talent.",
  curious: "Pour les curieux",
  story: {
    heading: "En bref",
    learnt: (ratings, guests, beers, day) =>
      `Taproom a appris de ${count(ratings, RATINGS)} de ${count(guests, GUESTS)} sur ` +
      `${count(beers, ITEMS)}, la dernière fois le ${day}.`,
    found: (found, popular) =>
      `On l’éprouve sur des notes qu’il n’a jamais vues. Sur dix ${other} que des clients ont ` +
      `${bent("notés", "notées")} ensuite, ${found} sont parmi ses cent premiers choix ; ` +
      `parmi les cent plus populaires, ${popular}.`,
    error: (error, averages) =>
      `Ce que tu donnerais, il le manque en général de ${error} étoiles ; ` +
      `de simples moyennes, de ${averages}.`,
    trial: (share) => `Un plus récent est à l’essai avec ${share} des clients.`,
  },
  trial: {
    heading: "Ce qui est à l’essai",
    told: {
      starting: (challenger, share) =>
        `${challenger} sera bientôt à l’essai avec ${share} des clients.`,
      running: (challenger, share, at) =>
        `${challenger} est à l’essai avec ${share} des clients depuis le ${at}.`,
      promoting: (challenger) => `${challenger} a été essayé et entre en service.`,
      promoted: (challenger, share, at) =>
        `${challenger} a été essayé avec ${share} des clients dès le ${at}, et est en service.`,
      stopped: (challenger, share, at) =>
        `${challenger} a été essayé avec ${share} des clients à partir du ${at}, et abandonné.`,
    },
    gain: "Suivi et aimé",
    gainHint: "Réponses du modèle à l’essai à côté de celles du modèle en service, en points",
    columns: ["Réponses", "À l’essai", "En service"],
    metrics: { taken: "Suivi", liked: "Aimé" },
    tooFew: "Trop peu de clients encore pour le dire.",
  },
  servesSince: (since) =>
    `Il sert depuis le ${since}, et apprend encore dès que de nouvelles notes arrivent.`,
  inService: "En service maintenant",
  learntFrom: "Notes apprises",
  guests: "Clients",
  beers: item.title,
  keptBack: "Notes gardées pour l’éprouver",
  report: "Lire le rapport d’entraînement",
  ratings: (ratings) => count(ratings, RATINGS),
  quality: {
    heading: "Chaque version à côté de la précédente",
    hint: "Mesurées sur les mêmes notes, avec des intervalles à 95 % ; chaque paire a les siens.",
    releaseColumns: ["Version du", "Cette version", "La précédente", "Gain"],
    beside: "À côté de ce qu’il doit battre",
    columns: ["Cette version", "La précédente", "Sans modèle"],
    liked: "Aimé parmi les dix premiers",
    likedHint: "Ce qu’un client a aimé ensuite, parmi les dix montrés",
    found: "Trouvé parmi 100",
    foundHint: "Part de ce que les clients ont essayé ensuite, parmi les 100 plus proches",
    error: "Erreur d’une note",
    errorHint: "De combien une note prévue se trompe (RMSE), moins vaut mieux",
  },
  slices: {
    heading: "Pour qui il est bon",
    found: {
      title: "Trouvé parmi 100, par groupe",
      note: "De ce que certains clients ont essayé ensuite ; sur des notes gardées à part",
      columns: ["Groupe", "Notes", "Trouvé", "Erreur d’une note"],
    },
    calibrated: {
      title: "Notes données, selon la note prévue",
      note: "Le trait est la prévision : une barre qui s’y arrête tombe juste",
      columns: ["Prévue", "Donnée", "Notes"],
    },
    report: "Plus de détails dans le rapport",
  },
  chart: {
    asTable: "En tableau",
    worse: "moins bien",
    better: "mieux",
    spoken: (title, label, gain) => `${title}, ${label} : ${gain}`,
  },
  online: {
    heading: "Ce que les clients en ont fait",
    answers: "Réponses",
    taken: "Suivies d’une note ou d’un essai",
    liked: "Aimé parmi dix",
    dismissed: "Écartées",
    newcomers: "Suivies par des nouveaux",
    place: "Place moyenne",
    given: "Note donnée",
    predicted: "Note prévue",
    coverage: `Part montrée ${bent("de tous les", "de toutes les")} ${other}`,
    window: "Sur les 30 derniers jours, mesuré chaque heure.",
    story: (taken, interval, answers, guests) =>
      `${taken} réponses sur 100 ont été suivies d’une note ou d’un essai` +
      (interval ? ` (entre ${interval[0]} et ${interval[1]})` : "") +
      `, sur ${count(answers, { one: "réponse", other: "réponses" })} à ${count(guests, GUESTS)}.`,
    tooFew: "Trop peu de clients pour le distinguer de la version précédente.",
    comparison: (isWorse, points, isFewer, days) =>
      (isWorse
        ? "Les clients en prennent ou en aiment moins que de la version précédente, hasard exclu"
        : "Il ne fait pas moins bien que la version précédente, pour autant qu’on sache") +
      ` : ${points} réponses sur 100 suivies ${isFewer ? "de moins" : "de plus"}, ` +
      `sur ${count(days, { one: "jour", other: "jours" })} chacune.`,
  },
  drift: {
    heading: "Les données ont-elles changé ?",
    shifted: (scores, styles) => {
      const others = scores && styles ? "notes et styles" : scores ? "notes" : "styles";
      return `Le dernier fichier a d’autres ${others} que ceux dont le modèle a appris.`;
    },
    alike: "Le dernier fichier ressemble à ce dont le modèle a appris.",
    unlike: {
      title: "À quel point c’est différent de l’appris",
      note: "Indice de stabilité d’un fichier ; dès la marque, ce sont d’autres données",
      columns: ["Fichier du", "Indice"],
    },
    scores: (at) => `Notes, ${at}`,
    styles: (at) => `${capital(item.style)}, ${at}`,
    file: (at, { rows, users, mean, beers, guests }) =>
      `${at} : ${count(rows, RATINGS)} de ${count(users, GUESTS)}, ` +
      `${decimal(mean, 2)} en moyenne, ${percentage(beers)} de ${other} en nouveauté, ` +
      `${percentage(guests)} de nouveaux clients.`,
  },
  verdict: {
    heading: "Le dernier verdict",
    promoted: "Adopté",
    refused: "Refusé",
    failed: "Échoué",
    passed: "Réussi",
    missed: "Manqué",
    why: {
      alone: "Elle bat ce qui se passe de modèle, et il n’y a pas de version à lui comparer.",
      noWorse: (others) => `À 95 % de confiance, elle n’est pas moins bonne que ${others}.`,
      unsure: (metrics, others) =>
        `Trop peu de clients pour dire d’après ${metrics} ` +
        `si elle est moins bonne que ${others} ; ` +
        "ce qu’ils montrent reste dans les limites plus larges.",
      missed: (metrics) => `Elle n’atteint pas ce qui est exigé pour ${metrics}.`,
      scores: "Un fichier est peut-être à l’envers ou sur une autre échelle.",
    },
    against: {
      "in service": "la version en service",
      "best of the last ten": "la meilleure des dix dernières",
      popularity: "la popularité",
      "popularity of 7 days": "la popularité sur 7 jours",
      "popularity of 30 days": "la popularité sur 30 jours",
      "popularity of all time": "la popularité de tout temps",
      "global mean": "la moyenne de toutes les notes",
      "user + item bias": "de simples moyennes",
    },
    wanted: (isLeast, bound, against, value) =>
      `exigé ${isLeast ? "au moins" : "au plus"} ${bound} (${against} : ${value})`,
    better: (share) => `${share} de mieux`,
    worse: (share) => `${share} de moins`,
    interval: (lower, upper) => `, de ${lower} à ${upper}`,
    unsure: " (trop peu de clients pour trancher)",
    report: "Lire son rapport",
  },
  releases: {
    heading: "Versions",
    status: {
      "in service": "en service",
      replaced: "remplacée",
      "rolling out": "en déploiement",
      "rolled back": "annulée",
    },
    retired: (status) => `${status}, archivée`,
    report: (at) => `Rapport du ${at}`,
  },
};
