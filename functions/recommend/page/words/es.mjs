/* eslint max-lines: off -- one file because all of a language is read together */
/**
 * What the page says in Spanish.
 *
 * @import { Words } from "./en.mjs"
 */

import { count, enumeration, givenScore, wholeNumber } from "../formats.mjs";
import { beers } from "./es-beers.mjs";
import { model } from "./es-model.mjs";
import { bent, item } from "./items/es.mjs";

const { one, other, had } = item;
const ITEMS = { one, other };
const RATINGS = { one: "nota", other: "notas" };
const A = `${bent("un", "una")} ${one}`;
const NONE = `${bent("Ningún", "Ninguna")} ${one}`;
const ALL = `${bent("todos los", "todas las")} ${other}`;

/** @type {Words} */
export const words = {
  frame: {
    skip: "Ir al contenido",
    views: "Vistas",
    beers: item.title,
    ratings: "Mis notas",
    taste: "Mi gusto",
    model: "Modelo",
    whoAreYou: "Entrar",
    youAre: "Eres ",
    newcomer: "Visitante",
  },
  titles: {
    whoAreYou: "¿Quién eres?",
    taps: "Cinco toques y tu gusto",
    beers: `${item.title} para ti`,
    ratings: "Mis notas",
    model: "El modelo",
  },
  failures: {
    noConnection: item.noConnection,
    noAnswer: item.noAnswer,
    tooLong: "La respuesta tarda demasiado. Inténtalo de nuevo en un momento.",
    unreachable: "No se puede llegar a Taproom. Mira tu conexión e inténtalo de nuevo.",
    signIn: "Inicia sesión primero: solo tú puedes preguntar por tus gustos.",
    tooMany: "Hay mucha gente en la barra. Inténtalo de nuevo en unos segundos.",
    codes: {
      bad_request: "Taproom no entiende eso.",
      forbidden: "Eso es de otra persona: inicia sesión con su nombre.",
      not_found: "Eso ya no existe aquí.",
      too_large: "Es demasiado de una vez: prueba con menos.",
      photos_used_up: "Ya hay bastantes fotos por hoy: pega la carta como texto.",
      no_model: "Taproom todavía está conociendo los gustos de aquí. Vuelve dentro de un rato.",
      model_busy: "Taproom se está despertando. Inténtalo de nuevo en unos segundos.",
      model_failed: "Taproom no funciona ahora mismo. Inténtalo de nuevo en un minuto.",
      photo_failed: "No se ha podido leer la foto. Prueba otra vez, o pega la carta como texto.",
      unreachable: "No se llega a una parte de Taproom. Inténtalo de nuevo en unos segundos.",
      failed: "Algo se ha roto en Taproom. Inténtalo de nuevo en un minuto.",
    },
    unexplained: (status) =>
      `Taproom ha respondido ${status} sin decir por qué. Inténtalo de nuevo en un minuto.`,
    tryAgain: "Intentar de nuevo",
    request: (id) => `Petición ${id}`,
  },
  whoAreYou: {
    somebodyElse: "¿Eres otra persona?",
    lede: "Dile a Taproom quién eres, y elegirá según todo lo que has puntuado.",
    youAre: (name) => `Eres ${name}. `,
    youAreNewcomer: "Todavía no tienes nombre en este dispositivo. ",
    forgetMe: "Olvídame",
    signOut: "Cerrar sesión",
    unsent: (ratings) =>
      `${count(ratings, { one: "cambio", other: "cambios" })} sin enviar: se perdería.`,
    username: "Tu nombre de usuario",
    beginToType: "Escribe las primeras letras",
    nobody: (text) => `Ningún nombre empieza por «${text}».`,
    ratedBefore: `Ya he puntuado ${other}`,
    open: "Este Taproom está abierto, para probar: cada cual puede ser quien quiera.",
    signIn: "Iniciar sesión",
    yours: "Tus notas son solo tuyas: inicia sesión para usarlas.",
    programsOnly: "Aquí solo los programas pueden consultar las notas, no esta página.",
    newHere: "Es mi primera vez",
    onThisDevice: `Puntúa algun${bent("os", "as")} ${other} que conozcas. Todo se queda aquí.`,
    goOn: "Seguir puntuando",
    rateAFew: `Puntuar algun${bent("os", "as")} ${other}`,
  },
  list: {
    name: `${item.title} por probar`,
    section: "La lista",
    more: `Ver más ${other}`,
    lede: "Según lo que has puntuado hasta ahora, primero lo que mejor te va.",
    ledeOfNobody: `Puntúa ${A} que conozcas, y la lista será tuya.`,
    ledeOfNewcomer: (ratings) =>
      `Según ${ratings === 1 ? "tu nota" : `tus ${wholeNumber(ratings)} notas`} ` +
      "en este dispositivo, primero lo que mejor te va.",
    length: (beers) => `${beers === 0 ? NONE : count(beers, ITEMS)} en tu lista.`,
    better: "Los modelos están despiertos: esta es tu lista completa.",
    unchanged: "La lista se queda como está.",
    added: (beers) => `${count(beers, { one: "novedad", other: "novedades" })} en tu lista.`,
    stale: (why) => `La lista no se ha podido actualizar: ${why}`,
    earlier: (when) => `No se puede llegar a Taproom: esto es del ${when}.`,
    nothingOnMenu: `Nada nuevo ${item.onMenu}`,
    nothingOnMenuHint: "Ahí no hay nada que te quede por probar.",
    nothingLikeThat: `${NONE} es así`,
    nothingLikeThatHint: `Prueba con ${item.otherAttributes}.`,
    nothingLeft: "No queda nada por probar",
    nothingLeftHint: `Ya has puntuado ${ALL} que hay.`,
  },
  filters: {
    name: "Acotar la lista",
    open: (set) => (set === 0 ? "Filtros" : `Filtros (${set})`),
    clear: "Quitar filtros",
    style: item.style[0].toUpperCase() + item.style.slice(1),
    anyStyle: `Cualquier ${item.style}`,
    noStyle: (text) => `No hay nada con «${text}».`,
    strength: "Graduación",
    anyStrength: "Cualquier graduación",
    light: (below) => `Ligera, menos de ${below}`,
    regular: (from, below) => `Normal, de ${from} a ${below}`,
    strong: (from, below) => `Fuerte, de ${from} a ${below}`,
    veryStrong: (from) => `Muy fuerte, ${from} o más`,
    brewery: item.maker[0].toUpperCase() + item.maker.slice(1),
    anyBrewery: `Cualquier ${item.maker}`,
    noBrewery: (text) => `No hay nada con «${text}».`,
    beers: (beers) => count(beers, ITEMS),
    offers: (offers) => count(offers, { one: "propuesta", other: "propuestas" }),
  },
  notes: {
    quick: "Una lista rápida según tus notas; la completa llega en un momento.",
    noRanking:
      "Ahora mismo no hay predicciones, así que primero va lo más cercano a tus gustos, " +
      "con las notas de todos.",
    noRetrieval:
      "Ahora mismo no está tu propia lista, así que esto es lo que más gusta a todos, " +
      "con sus notas. Pregunta otra vez en un minuto.",
    unknownHistory:
      "Todavía no has puntuado nada que se conozca aquí, así que esto es lo que más gusta, " +
      "con sus notas.",
    tooFew: (found, isMenu, isNarrowed) => {
      const few = found === 0 ? NONE : `Solo ${count(found, ITEMS)}`;
      const where = isMenu ? ` ${item.onMenu}` : "";
      const match = isNarrowed ? " con estos filtros" : "";
      return `${few}${where}${match} por descubrir.`;
    },
    nearUsernames: (names) => `¿Querías decir ${names.join(" o ")}?`,
  },
  card: {
    wellKnown: "Muchos han puntuado: el catálogo está seguro.",
    known: "Algunos han puntuado: el catálogo lo sabe bastante bien.",
    littleKnown: "Pocos han puntuado: tómate la nota con cautela.",
    new: `Nadie ha puntuado aún: la nota sale de ${item.attributes}.`,
    onMenuAs: (line) => `Aparece ${item.onMenu} como «${line}»`,
    styleUnknown: `${item.style[0].toUpperCase()}${item.style.slice(1)} desconocido`,
    poured: (places, price) =>
      [item.at, places.length > 0 && `en ${enumeration(places)}`, price !== null && `por ${price}`]
        .filter(Boolean)
        .join(" "),
    yourScore: (score) => `${score} de 5 es lo que le darías`,
    everybodysScore: (score) => `${score} de 5 es lo que le han dado todos`,
    youdGive: "para ti",
    everyone: "todos",
    near: (brewery, given) => ` de ${brewery}, le diste ${givenScore(given)}`,
    same: (style, brewery) =>
      [style && `mismo ${item.style}`, brewery && item.sameMaker].filter(Boolean).join(", "),
    noMatch: "No está entre lo que mejor va con tus gustos.",
    match: (place) => `Puesto ${wholeNumber(place)} según tus gustos, entre todo lo que hay.`,
    matchAndScore: (match, score, both) =>
      `Puesto ${wholeNumber(match)} según tus gustos, ` +
      `${wholeNumber(score)} según lo que le darías: ${wholeNumber(both)} en total.`,
  },
  rating: {
    prompt: item.hadIt,
    of: (beer) => `Tu nota para ${beer}`,
    outOf: (score) => `${givenScore(score)} de 5`,
    save: (score) => `Guardar ${givenScore(score)}`,
    given: (beer, score) => `Le has dado un ${givenScore(score)} a ${beer}.`,
    undo: "Deshacer",
    notSaved: (beer, why) => `Tu nota para ${beer} no se ha guardado: ${why}`,
    takenBack: (beer) => `Tu nota para ${beer} está retirada.`,
    notTakenBack: (beer, why) => `Tu nota para ${beer} no se ha retirado: ${why}`,
    sentLater: "Se guarda aquí y se envía en cuanto se pueda llegar a Taproom.",
    sentAfterSignIn: "Se guarda aquí y se envía en cuanto inicies sesión.",
    waits: (score) =>
      score === null
        ? "Retirada; aún sin enviar."
        : `Tu nota es ${givenScore(score)}; aún sin enviar.`,
  },
  ratings: {
    lede: "Lo que has dado, junto a lo que el modelo predice sin que nadie se lo dijera.",
    more: "Ver notas más antiguas",
    accuracy: (total, error) =>
      `En ${count(total, RATINGS)}, el modelo se equivoca en ${error} de media, sin conocerlas.`,
    accuracyOfLatest: (shown, total, error) =>
      `En tus últimas ${shown} de ${count(total, RATINGS)}, el modelo se equivoca en ${error} ` +
      "de media, sin conocerlas.",
    nothing: "Nada puntuado todavía",
    nothingHint: `Puntúa ${A}, y aquí verás si el modelo te conoce bien.`,
    rate: `Puntuar ${A}`,
    unlisted: `${bent("Un", "Una")} ${one} que ya no está en el catálogo`,
    retired: bent("retirado", "retirada"),
    you: "Tú",
    model: "Modelo",
    change: "Cambiar",
    changeOf: (beer) => `Cambiar mi nota para ${beer}`,
    takeBack: "Retirar",
    takeBackOf: (beer) => `Retirar mi nota para ${beer}`,
  },
  menu: {
    invitation: item.only,
    invitationHint: item.onlyHint,
    heading: item.whatIsOn,
    label: item.menu,
    hint: `${bent("Un", "Una")} ${one} por línea. ${item.noMatter} no importan.`,
    example: `${bent("Un", "Una")} ${one} por línea, tal como está escrito:\n${item.example}\n…`,
    takePhoto: "Hacer o elegir una foto",
    photo: "Tu foto",
    reading: "Leyendo tu foto…",
    read: (lines, known) =>
      `${count(lines, { one: "línea leída", other: "líneas leídas" })}, ${known} conocidas aquí. ` +
      "Corrige lo que esté mal y busca.",
    noPicture: "Esa imagen no se puede abrir aquí: elige un JPEG o un PNG.",
    noText: "No se ha podido leer ningún texto. Haz una foto más nítida, o escríbelo.",
    find: `Buscar ${bent("estos", "estas")} ${other}`,
    cancel: "Cancelar",
    finding: "Buscando…",
    name: item.onHere,
    edit: item.editMenu,
    leave: `Ver ${ALL}`,
    toTry: (lines) => `${count(lines, ITEMS)} por probar`,
    had: (lines) => `${lines} que ya has ${had}`,
    leftOut: (lines) => `${lines} fuera de los filtros`,
    doubtful: (lines) => `${lines} por aclarar`,
    doubtfulLines: (lines) => `¿Querías decir…? (${lines})`,
    hadLines: (lines) => `Ya has ${had} (${lines})`,
    leftOutLines: (lines) => `Fuera de los filtros (${lines})`,
    unknownLines: (lines) => `Aquí no se conoce (${lines})`,
    placed: (brewery, given) =>
      ` de ${brewery}${given === null ? "" : `, le diste ${givenScore(given)}`}`,
    line: (text) => `«${text}»`,
    isIt: (beer, brewery) => `¿Es ${beer} de ${brewery}?`,
  },
  trending: {
    name: "En alza",
    list: `${item.title} en alza`,
    hint: (days) => `Con más notas en los últimos ${days} días que antes.`,
    rise: (recent, expected) =>
      `${count(recent, RATINGS)}, antes ${expected === 0 ? "casi ninguna" : wholeNumber(expected)}`,
  },
  model,
  ...beers,
};
